# === noop: not selected, not production, needed
# %% [job]
%matplotlib inline
# %%
%who

# === noop: what production needs is another rule's
# select: NBJ302
# %% [job]
!ls
%run other.py
%sql SELECT 1

# === found: for the kernel alone
# select: NBJ302
# %% [job]
%matplotlib inline  # NBJ302
%config InlineBackend.figure_format = "svg"  # NBJ302
x = 1
x?  # NBJ302
# %% [job]
%%time  # NBJ302
y = 1
%time z = 1  # NBJ302
