"""Imported by a step, and so none itself."""

from vdk.api.job_input import IJobInput


def get_value(job_input: IJobInput, key: str, default=None):
    return job_input.get_arguments().get(key, job_input.get_property(key, default))
