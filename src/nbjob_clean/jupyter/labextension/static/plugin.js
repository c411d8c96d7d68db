// The plugin: finds the notebooks, gives each a Panel, and names the commands.

import { addCommands } from './commands.js';
import { lineMarker } from './lines.js';
import { Panel } from './panel.js';
import { Server } from './server.js';

/** Makes the plugin with the packages that Lab shares; `shared(name)` gives one. */
export async function plugin(shared) {
  const names = ['notebook', 'apputils', 'services', 'coreutils'].map(name => `@jupyterlab/${name}`);
  const [notebook, apputils, services, coreutils] = await Promise.all(names.map(shared));
  const widgets = await shared('@lumino/widgets');
  const markLine = await lineMarker(shared);
  return {
    id: 'nbjob-clean:plugin',
    description: 'Jupyter notebooks as production jobs.',
    autoStart: true,
    requires: [notebook.INotebookTracker],
    optional: [apputils.ICommandPalette, apputils.IToolbarWidgetRegistry],
    activate: (app, tracker, palette, toolbar) => {
      const server = new Server(services, coreutils);
      const modules = { app, notebook, apputils, widgets, markLine };
      const panels = new WeakMap();
      const panelOf = panel => {
        if (!panels.has(panel)) {
          panels.set(panel, new Panel(panel, server, modules));
        }
        return panels.get(panel);
      };
      toolbar?.addFactory('Notebook', 'nbjob-status', panel => {
        const widget = new widgets.Widget({ node: panelOf(panel).status.node });
        return widget;
      });
      tracker.forEach(panelOf);
      tracker.widgetAdded.connect((_, panel) => panelOf(panel));
      const current = () => (tracker.currentWidget ? panelOf(tracker.currentWidget) : null);
      addCommands({ app, tracker, palette, current, server });
      void server.look().then(() => {
        app.commands.notifyCommandChanged();
        tracker.forEach(panel => {
          panelOf(panel).review.request({ isNow: true });
          panelOf(panel).refresh({ isAsked: true });
        });
      });
    },
  };
}
