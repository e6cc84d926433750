"""Write studydeck/tex/commands.toml: the TeX commands and environments that the MathJax of a release of Anki knows.

    python -m pip download --no-deps --dest .specs aqt
    python tools/mathjax_commands.py [--check] .specs/aqt-*.whl

The wheel of aqt contains MathJax and its configuration. A browser loads both, and lists the commands of every package
that is active, by the function of MathJax that reads them: what a formula may use is decided by function, in
studydeck/tex/commands.py. With --check nothing is written; it fails if the file is not what this release gives.
"""

from __future__ import annotations

import shutil
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import click
from playwright.sync_api import Browser, Page, Route, sync_playwright

PATH = Path(__file__).parent.parent / "studydeck" / "tex" / "commands.toml"
ADDRESS = "http://anki.test/"
_WEB = "_aqt/data/web/"
_TYPES = {".js": "text/javascript", ".woff": "font/woff"}
_PAGE = """<!doctype html><meta charset="utf-8"><script src="/_anki/js/mathjax.js"></script>
<script src="/_anki/js/vendor/mathjax/tex-chtml-full.js"></script><body class="card"><div id="qa"></div>"""
# The symbols of a map are read by its parser or by a function of their own. Most functions are found in the exported
# objects; the commands of the others are listed under the name of their map.
_LIST_COMMANDS = r"""async () => {
    await MathJax.startup.promise;
    const tex = MathJax._.input.tex, options = MathJax.startup.getInputJax()[0].parseOptions.options, names = new Map();
    const visit = (object, depth) => {
        for (const [key, value] of Object.entries(object)) {
            if (typeof value === "function") names.set(value, key);
            else if (value && typeof value === "object" && depth) visit(value, depth - 1);
        }
    };
    visit(tex, 3);
    const rows = [];
    for (const name of new Set(options.packages)) {
        const handler = tex.Configuration.ConfigurationHandler.get(name).handler;
        for (const kind of ["macro", "environment"]) {
            for (const mapName of handler[kind] || []) {
                const map = tex.MapHandler.MapHandler.getMap(mapName);
                // A map of delimiters holds characters, too; its commands have their backslash.
                const ofDelimiters = map instanceof tex.SymbolMap.DelimiterMap;
                for (const [symbol, entry] of map.map) {
                    if (ofDelimiters && !/^\\./.test(symbol)) continue;
                    rows.push([name, kind, names.get(entry._func) || mapName, ofDelimiters ? symbol.slice(1) : symbol]);
                }
            }
        }
    }
    return [MathJax.version, rows];
}"""


@contextmanager
def anki_page(chromium: Browser, wheel: Path) -> Iterator[tuple[Page, list[str]]]:
    """Yield a page that has loaded Anki's MathJax, and the list of the addresses outside of Anki that it requests."""
    with zipfile.ZipFile(wheel) as archive:
        members, outside = set(archive.namelist()), list[str]()

        def serve(route: Route) -> None:
            member = _WEB + route.request.url.removeprefix(f"{ADDRESS}_anki/")
            if route.request.url == ADDRESS:
                route.fulfill(body=_PAGE, content_type="text/html")
            elif member in members:
                suffix = PurePosixPath(member).suffix
                route.fulfill(body=archive.read(member), content_type=_TYPES.get(suffix, "application/octet-stream"))
            else:
                outside.append(route.request.url)
                route.abort()

        page = chromium.new_page()
        page.route("**/*", serve)
        page.goto(ADDRESS)
        page.evaluate("MathJax.startup.promise")
        yield page, outside
        page.close()


def commands_text(release: str, version: str, rows: list[tuple[str, str, str, str]]) -> str:
    """Return the text of the file.

    Parameters
    ----------
    release : the version of Anki.
    version : the version of MathJax.
    rows : package, "macro" or "environment", function of MathJax, and name, without a backslash.
    """
    tables: dict[tuple[str, str], dict[str, set[str]]] = {}
    for package, kind, function, name in rows:
        tables.setdefault((package, kind), {}).setdefault(function, set()).add(name)
    lines = [
        "# The commands and environments of MathJax in Anki, by package and by the function that reads them.",
        "# Written by tools/mathjax_commands.py; which functions a formula may use is decided in commands.py.",
        f'anki = "{release}"',
        f'mathjax = "{version}"',
    ]
    for (package, kind), functions in sorted(tables.items()):
        lines += ["", f'["{package}".{"commands" if kind == "macro" else "environments"}]']
        for function, names in sorted(functions.items()):
            lines += [f"\"{function}\" = '''", *sorted(names), "'''"]
    return "\n".join(lines) + "\n"


def read_commands(chromium: Browser, wheel: Path) -> str:
    """Return the text of the file for the release of Anki in a wheel of aqt."""
    with anki_page(chromium, wheel) as (page, _):
        version, rows = page.evaluate(_LIST_COMMANDS)
    return commands_text(wheel.name.split("-")[1], version, rows)


def differences(old: str, new: str) -> list[str]:
    """Return the commands that differ between two texts of the file, as lines; the versions do not count."""
    before, after = _entries(old), _entries(new)
    return [f"- {entry}" for entry in sorted(before - after)] + [f"+ {entry}" for entry in sorted(after - before)]


def _entries(text: str) -> set[str]:
    tables: Mapping[str, object] = tomllib.loads(text)
    return {
        f"{package}.{kind}.{function}: {name}"
        for package, kinds in tables.items()
        if isinstance(kinds, dict)
        for kind, functions in kinds.items()
        for function, names in functions.items()
        for name in names.splitlines()
    }


@click.command()
@click.argument("wheel", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; fail if a command differs.")
def main(wheel: Path, check: bool) -> None:
    """Write or check studydeck/tex/commands.toml for the release of Anki in WHEEL."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
    if not browser:
        raise click.ClickException("Chromium is missing")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        text = read_commands(chromium, wheel)
        chromium.close()
    if not check:
        PATH.write_text(text, encoding="utf-8")
        return
    if lines := differences(PATH.read_text("utf-8"), text):
        click.echo("\n".join(lines))
        click.echo(
            "run this without --check, and decide about each new function in studydeck/tex/commands.py", err=True
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
