// Marks a line of a cell's editor: the one that failed in production, until the next run.

/** Makes `mark(editor, line)` with Lab's own CodeMirror; line 0 takes the mark away. */
export async function lineMarker(shared) {
  const [{ Decoration, EditorView }, { StateEffect, StateField }] = await Promise.all(
    ['@codemirror/view', '@codemirror/state'].map(shared)
  );
  const failed = Decoration.line({ class: 'nbjob-failed-line' });
  const marked = StateEffect.define();
  const field = StateField.define({
    create: () => Decoration.none,
    update: (marks, transaction) => {
      const effect = transaction.effects.findLast(each => each.is(marked));
      if (!effect) {
        return marks.map(transaction.changes);
      }
      const { doc } = transaction.state;
      return effect.value > 0 && effect.value <= doc.lines
        ? Decoration.set([failed.range(doc.line(effect.value).from)])
        : Decoration.none;
    },
    provide: self => EditorView.decorations.from(self),
  });
  return (view, line) => {
    const isNew = view.state.field(field, false) === undefined;
    const effects = isNew ? [StateEffect.appendConfig.of(field)] : [];
    view.dispatch({ effects: [...effects, marked.of(line)] });
  };
}
