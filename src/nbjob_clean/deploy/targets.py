"""The pipelines that a job can be rendered for, in the order of the help."""

from __future__ import annotations

from collections.abc import Callable

from nbjob_clean.deploy import airflow, docker, github_actions, kubernetes
from nbjob_clean.deploy.facts import JobFacts
from nbjob_clean.record import Record


class Target(Record):
    """A pipeline: what it is called, what its file is, and where one usually puts it.

    `keeps_files`: whether what one run leaves in the job's directory is there in the next one.
    """

    name: str
    what: str
    render: Callable[[JobFacts], str]
    other_names: tuple[str, ...] = ()
    needs_image: bool = False
    keeps_files: bool = False


TARGETS: tuple[Target, ...] = (
    Target(
        "github-actions", "a workflow for .github/workflows/", github_actions.render, ("github",)
    ),
    Target("airflow", "a DAG for Airflow 2 and 3", airflow.render, keeps_files=True),
    Target(
        "kubernetes",
        "a CronJob, or a Job without --schedule",
        kubernetes.render,
        ("k8s", "kubernetes-cronjob", "cronjob"),
        needs_image=True,
    ),
    Target("docker", "the Dockerfile of the image", docker.render, ("dockerfile",)),
)
