# === noop: saved somewhere
# select: NBJ308
# %% [job]
import matplotlib.pyplot as plt
plt.plot([1])
plt.show()
# %% [job]
plt.gcf().savefig("a.png")

# === noop: other things that plot and show
# select: NBJ308
# %% [job]
import garden
garden.plot()
garden.show()

# === noop: not selected
# %% [job]
import matplotlib.pyplot as plt
plt.show()

# === found: once, where it begins
# select: NBJ308
# %% [job]
import pandas as pd
pd.DataFrame().plot()  # NBJ308
# %% [job]
import matplotlib.pyplot as plt
plt.show()

# === found: shown
# select: NBJ308
# %% [job]
from matplotlib import pyplot
pyplot.show()  # NBJ308
