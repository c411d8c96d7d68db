import json
import logging

from settings import get_value
from vdk.api.job_input import IJobInput

log = logging.getLogger(__name__)


def run(job_input: IJobInput):
    """Send the orders that are new since the last run."""
    log.info(f"Starting job step {__name__}")
    last = get_value(job_input, "last_id")
    source = job_input.get_job_directory() / "orders.json"
    new = [order for order in json.loads(source.read_text()) if order["id"] > last]
    for order in new:
        job_input.send_object_for_ingestion(
            payload=order, destination_table=get_value(job_input, "orders_table")
        )
    if new:
        properties = job_input.get_all_properties()
        properties["last_id"] = max(order["id"] for order in new)
        job_input.set_all_properties(properties)
    print(f"{len(new)} new orders")
