"""Three-way merge of notebooks: values in, values out. How git asks for it is `git/`'s."""
