"""The preview: a build in, one HTML page of all its cards out, and a local server that reloads it."""
