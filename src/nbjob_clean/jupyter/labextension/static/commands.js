// The commands, for buttons, menus, shortcuts and the palette (schemas/nbjob-clean/plugin.json).

const CATEGORY = 'nbjob';

export function addCommands({ app, tracker, palette, current, server }) {
  const { commands } = app;
  const add = (id, options) => {
    commands.addCommand(id, { isEnabled: () => current() !== null, ...options });
    palette?.addItem({ command: id, category: CATEGORY });
  };
  const withServer = caption => ({
    isEnabled: () => current() !== null && server.isThere,
    caption: () =>
      server.isThere ? caption : `${caption} (nbjob-clean is not installed where Jupyter's server runs)`,
  });

  add('nbjob:toggle-tag', {
    label: args => (args.toolbar ? '' : 'Production Cell'),
    caption: 'Tag the cell as production, or take the tag away',
    iconClass: args => (args.toolbar ? 'nbjob-icon nbjob-icon-tag' : ''),
    isToggled: () => current()?.isActiveCellProduction ?? false,
    isEnabled: () => tracker.activeCell?.model.type === 'code',
    execute: () => current()?.toggleTag(),
  });
  add('nbjob:next-problem', {
    label: 'Next Problem of Production Cells',
    caption: 'Go to the next cell that would not run in production as it does here',
    execute: () => current()?.goToNextProblem(),
  });
  add('nbjob:check', {
    label: 'Check Production Cells',
    ...withServer('Ask the rules of nbjob check again'),
    execute: () => current()?.review.again(),
  });
  add('nbjob:run', {
    label: args => (args.toolbar ? 'Run job' : 'Run as Production'),
    ...withServer('Save, emit and run as production does: the production cells, in order, in a new process'),
    execute: () => current()?.production.run(),
  });
  add('nbjob:stop', {
    label: 'Stop the Production Run',
    isEnabled: () => current()?.production.isRunning ?? false,
    execute: () => current()?.production.stop(),
  });
  add('nbjob:deploy', {
    label: args => (args.toolbar ? 'Deploy…' : 'Test and Deploy…'),
    ...withServer('A smoke test of the whole job; where it passes, what a pipeline needs'),
    execute: () => current()?.production.deploy(),
  });
  tracker.activeCellChanged.connect(() => commands.notifyCommandChanged('nbjob:toggle-tag'));
}
