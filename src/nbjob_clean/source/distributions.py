"""Which distributions a module may come from: a table of those whose names differ.

What is in no table has the module's own name. A name without an answer is nobody's mistake:
then no distribution is named, and rules keep silent.
"""

from __future__ import annotations

import re
import sys

from nbjob_clean.source.table import words

# Modules that a newer or an older Python has: the findings are the same everywhere.
_STANDARD = sys.stdlib_module_names | words("""
    __main__ _typeshed aifc annotationlib asynchat asyncore audioop cgi cgitb chunk compression
    crypt distutils imghdr imp lib2to3 mailcap msilib nis nntplib ossaudiodev pipes smtpd sndhdr
    spwd sunau telnetlib tomllib uu xdrlib
    """)
# What comes with the runner, the environment, or a service that runs notebooks.
_GIVEN = words("nbjob_clean vdk pip setuptools pkg_resources wheel dbruntime mssparkutils")

# Module: the distributions that bring it, the usual one first.
DISTRIBUTIONS: dict[str, str] = {
    "Bio": "biopython",
    "Crypto": "pycryptodome pycrypto",
    "Cryptodome": "pycryptodomex",
    "IPython": "ipython jupyterlab notebook jupyter ipykernel",
    "Levenshtein": "levenshtein python-levenshtein",
    "MySQLdb": "mysqlclient",
    "OpenSSL": "pyopenssl",
    "PIL": "pillow pillow-simd",
    "PyPDF2": "pypdf2",
    "airflow": "apache-airflow",
    "attr": "attrs",
    "beam": "apache-beam",
    "binance": "python-binance",
    "botocore": "botocore boto3",
    "bs4": "beautifulsoup4 bs4",
    "bson": "pymongo",
    "cairo": "pycairo",
    "cassandra": "cassandra-driver",
    "community": "python-louvain",
    "cv2": """
        opencv-python opencv-python-headless opencv-contrib-python opencv-contrib-python-headless
        opencv-python-rolling
    """,
    "cx_Oracle": "cx-oracle",
    "dateutil": "python-dateutil",
    "delta": "delta-spark",
    "discord": "discord-py py-cord",
    "dns": "dnspython",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "ee": "earthengine-api",
    "engineio": "python-engineio",
    "faiss": "faiss-cpu faiss-gpu faiss-gpu-cu11 faiss-gpu-cu12",
    "fake_useragent": "fake-useragent",
    "fitz": "pymupdf",
    "flask_cors": "flask-cors",
    "gi": "pygobject",
    "git": "gitpython",
    "github": "pygithub",
    "gitlab": "python-gitlab",
    "googleapiclient": "google-api-python-client",
    "graphql": "graphql-core",
    "great_tables": "great-tables",
    "gridfs": "pymongo",
    "grpc": "grpcio",
    "hydra": "hydra-core",
    "ibis": "ibis-framework",
    "igraph": "igraph python-igraph",
    "imblearn": "imbalanced-learn",
    "impala": "impyla",
    "jinja2": "jinja2",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "kafka": "kafka-python kafka-python-ng",
    "keras": "keras tensorflow tensorflow-cpu tensorflow-gpu tf-keras",
    "ldap": "python-ldap",
    "lightning": "lightning pytorch-lightning",
    "magic": "python-magic python-magic-bin",
    "memcache": "python-memcached",
    "mpl_toolkits": "matplotlib basemap",
    "nacl": "pynacl",
    "netCDF4": "netcdf4",
    "newspaper": "newspaper3k newspaper4k",
    "odf": "odfpy",
    "osgeo": "gdal",
    "pasta": "google-pasta",
    "playhouse": "peewee",
    "pptx": "python-pptx",
    "psycopg": "psycopg psycopg-binary",
    "psycopg2": "psycopg2 psycopg2-binary",
    "pylab": "matplotlib",
    "pymupdf": "pymupdf",
    "pyspark": "pyspark databricks-connect pyspark-client",
    "pythoncom": "pywin32",
    "pywintypes": "pywin32",
    "pywt": "pywavelets",
    "rdkit": "rdkit rdkit-pypi",
    "rest_framework": "djangorestframework",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn scikit-learn-intelex",
    "skmultilearn": "scikit-multilearn",
    "skopt": "scikit-optimize",
    "sksurv": "scikit-survival",
    "slack": "slackclient",
    "slugify": "python-slugify unicode-slugify",
    "socketio": "python-socketio",
    "socks": "pysocks",
    "speech_recognition": "speechrecognition",
    "sql": "jupysql ipython-sql",
    "tables": "tables",
    "talib": "ta-lib",
    "telegram": "python-telegram-bot",
    "tensorflow": """
        tensorflow tensorflow-cpu tensorflow-gpu tensorflow-macos intel-tensorflow tf-nightly
        tensorflow-intel tensorflow-rocm tensorflow-aarch64
    """,
    "umap": "umap-learn",
    "usb": "pyusb",
    "websocket": "websocket-client",
    "win32api": "pywin32",
    "win32com": "pywin32",
    "win32con": "pywin32",
    "win32gui": "pywin32",
    "wx": "wxpython",
    "xlsxwriter": "xlsxwriter",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}
# Packages that several distributions put their parts into.
_PARTS: dict[str, str] = {
    "azure.functions": "azure-functions",
    "azure.identity": "azure-identity",
    "azure.keyvault.secrets": "azure-keyvault-secrets",
    "azure.storage.blob": "azure-storage-blob",
    "azure.storage.filedatalake": "azure-storage-file-datalake",
    "databricks.sdk": "databricks-sdk",
    "databricks.sql": "databricks-sql-connector",
    "google.api_core": "google-api-core",
    "google.auth": "google-auth",
    "google.cloud.aiplatform": "google-cloud-aiplatform",
    "google.cloud.bigquery": "google-cloud-bigquery",
    "google.cloud.bigquery_storage": "google-cloud-bigquery-storage",
    "google.cloud.firestore": "google-cloud-firestore",
    "google.cloud.logging": "google-cloud-logging",
    "google.cloud.pubsub": "google-cloud-pubsub",
    "google.cloud.pubsub_v1": "google-cloud-pubsub",
    "google.cloud.secretmanager": "google-cloud-secret-manager",
    "google.cloud.spanner": "google-cloud-spanner",
    "google.cloud.storage": "google-cloud-storage",
    "google.cloud.translate": "google-cloud-translate",
    "google.cloud.vision": "google-cloud-vision",
    "google.genai": "google-genai",
    "google.generativeai": "google-generativeai",
    "google.oauth2": "google-auth",
    "google.protobuf": "protobuf",
    "mysql.connector": "mysql-connector-python mysql-connector",
    "ruamel.yaml": "ruamel-yaml",
    "snowflake.connector": "snowflake-connector-python",
    "snowflake.snowpark": "snowflake-snowpark-python",
}
# Of any other part of these nobody knows where it comes from.
_SHARED = words("""
    azure backports databricks google jaraco mysql opentelemetry oslo_config paste ruamel
    snowflake sphinxcontrib tencentcloud zope
    """)
# They come with every other one of their namespace.
_BROUGHT = words("google-api-core google-auth protobuf")
_SEPARATORS = re.compile(r"[-_.]+")


def distributions(module: str) -> tuple[str, ...]:
    """The normalised distributions that a dotted module may come from, the usual one first.

    Empty for a module of Python's own, and for one of which nobody knows.
    """
    top = module.partition(".")[0]
    if top in _STANDARD or top in _GIVEN or not top:
        return ()
    if top in _SHARED:
        name = next((part for part in _prefixes(module) if part in _PARTS), "")
        return tuple(_PARTS[name].split()) if name else ()
    return tuple(DISTRIBUTIONS.get(top, normalised(top)).split())


def is_well_known(module: str) -> bool:
    """Whether the table names the module's distributions, rather than the module's own name."""
    part = next((name for name in _prefixes(module) if name in _PARTS), "")
    is_own = bool(part) and _PARTS[part] not in _BROUGHT
    return is_own or module.partition(".")[0] in DISTRIBUTIONS


def normalised(name: str) -> str:
    """A distribution's name as indexes compare it: `Ruamel_Yaml` is `ruamel-yaml`."""
    return _SEPARATORS.sub("-", name).lower()


def _prefixes(module: str) -> list[str]:
    """`a.b.c`, `a.b`, `a`."""
    parts = module.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
