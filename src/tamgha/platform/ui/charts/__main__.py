"""Start the renderer process; see `worker`."""

import sys
from pathlib import Path

from tamgha.platform.ui.charts import worker

worker.forget_old(Path(sys.argv[3]))
worker.serve(Path(sys.argv[1]), Path(sys.argv[2]))
