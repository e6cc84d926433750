"""What several tests share: samples, and programs that are started and watched."""
