from vdk.api.job_input import IJobInput


def run(job_input: IJobInput):
    properties = job_input.get_all_properties()
    properties.setdefault("orders_table", "orders")
    properties.setdefault("last_id", 0)
    job_input.set_all_properties(properties)
