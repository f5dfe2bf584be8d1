"""How gunicorn serves the site.

It is read by the master, which must load neither site nor engine: a process that forked while
the engine had threads would wait for them for ever.
"""

import gc
import os

from tamgha.site import logs

worker_class = "gthread"
timeout = 120
graceful_timeout = 20
keepalive = 15
control_socket_disable = True
loglevel = "warning"
# Wrong values are refused by the settings, where the site is loaded.
logconfig_dict = logs.configuration(
    shape=os.environ.get("TAMGHA_LOG", "auto"), level="warning", with_texts=False
)


def post_worker_init(worker: object) -> None:
    """Start the threads of long work and of the clock, where the server has them.

    What was loaded stays for as long as the process: the collector need not look at it again and
    again, and looks at the rest less often than after every 700 new objects.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    if os.environ.get("TAMGHA_WORKER", "process") == "process":
        from tamgha.platform.jobs import worker as long_work  # noqa: PLC0415 -- in the worker only
        from tamgha.site import housekeeping  # noqa: PLC0415 -- in the worker only

        housekeeping.start_thread()
        long_work.start_thread()
