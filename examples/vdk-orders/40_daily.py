from vdk.api.job_input import IJobInput


def run(job_input: IJobInput):
    result = job_input.execute_template("load/daily", {"source": "orders", "target": "daily"})
    assert result.is_success()
    for day, total in job_input.execute_query("SELECT day, total FROM daily ORDER BY day"):
        print(day, total)
