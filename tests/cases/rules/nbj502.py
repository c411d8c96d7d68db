# === noop: pinned, or not used
# select: NBJ502
# requirements: pandas==2.2 | numpy===1.26 | requests @ https://example.org/r.whl | boto3>=1 --hash=sha256:abc | rich | polars
# %% [job]
import pandas, numpy, requests, boto3
# %%
import rich

# === noop: pinned by constraints
# select: NBJ502
# requirements: -c constraints.txt | pandas
# %% [job]
import pandas

# === noop: not selected, or no requirements.txt
# %% [job]
import pandas

# === found: any version will do
# select: NBJ502
# requirements: pandas>=2 | scikit-learn | numpy~=1.26
# %% [job]
import pandas  # NBJ502
import pandas as pd
import sklearn, numpy  # NBJ502, NBJ502
