# === noop: listed, in all ways of writing
# files: etl.ipynb
# requirements: # what we need | Pandas[excel] >= 2 ; python_version > "3" # why | scikit_learn==1.5 | opencv-python-headless | requests @ https://example.org/r.whl | git+https://example.org/x#egg=boto3 | ./wheels/lxml-5.0-cp311-none-any.whl | --index-url https://example.org | google-cloud-storage | polars(>=1) | ruamel.yaml
# %% [job]
import json, os.path, distutils, tomllib
import pandas as pd, sklearn.svm
import cv2, requests, boto3.session, lxml.etree, polars
from google.cloud import storage
from google.cloud.storage import Client
import ruamel.yaml
import pip, vdk.api, nbjob_clean

# === noop: beside the notebook
# files: helper.py lib/ fast.cpython-311-x86_64-linux-gnu.so other.ipynb
# requirements: pandas
# %% [job]
import helper, lib.a, fast, other
from . import sibling
from .other import x

# === noop: may be missing
# files: a.ipynb
# requirements: pandas
# %% [job]
from typing import TYPE_CHECKING
from contextlib import suppress
try:
    import orjson
except (ImportError, ValueError):
    import simplejson as orjson
with suppress(ImportError):
    import rich
if TYPE_CHECKING:
    import polars

# === noop: more is listed elsewhere
# files: a.ipynb
# requirements: pandas | -r base.txt
# %% [job]
import polars

# === noop: a package that nobody can see the name of
# files: a.ipynb
# requirements: https://example.org/archive.tar.gz
# %% [job]
import polars

# === noop: no requirements.txt
# files: a.ipynb
# %% [job]
import polars

# === noop: nobody knows the folder
# requirements: pandas
# %% [job]
import polars

# === noop: a name that a listed package may bring
# files: a.ipynb
# requirements: python-frobnicate | acme-sdk
# %% [job]
import frobnicate, acme
from google.somewhere import thing

# === noop: a module that a cell writes
# files: a.ipynb
# requirements: pandas
# %%
%%writefile helper.py
x = 1
# %% [job]
import helper

# === noop: modules from a folder of one's own
# files: a.ipynb
# requirements: pandas
# %% [job]
import sys
sys.path.append("lib")
import frobnicate

# === noop: not production
# files: a.ipynb
# requirements: pandas
# %%
import polars
# %% [job]
x = 1

# === found: not listed
# files: a.ipynb
# requirements: pandas==2.2 | -c constraints.txt | ray
# %% [job]
import pandas
import polars  # NBJ501
# %% [job]
def f():
    from polars import DataFrame
    import numpy as np, xarray  # NBJ501, NBJ501

# === found: under another name
# files: a.ipynb
# requirements: # sklearn
# %% [job]
from sklearn import svm  # NBJ501
import yaml, PIL.Image  # NBJ501, NBJ501
from google.cloud import bigquery  # NBJ501

# === found: another part of a shared namespace
# files: etl.ipynb
# requirements: google-cloud-storage | databricks-sql-connector
# %% [job]
from google.cloud import storage
from google.oauth2 import service_account
from google.cloud import bigquery  # NBJ501
from databricks.sdk import WorkspaceClient  # NBJ501
