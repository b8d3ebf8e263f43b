"""Sets the wall clock of every Python process that has this folder on its PYTHONPATH to TRACKER_TEST_MOMENT.

The moment is read in the zone of TZ, and the clock runs on from it. What waits are measured by is left alone.
"""

import os
from datetime import datetime

if moment := os.environ.get("TRACKER_TEST_MOMENT"):
    import time_machine

    time_machine.travel(datetime.fromisoformat(moment).astimezone(), tick=True).start()
