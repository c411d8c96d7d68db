// Runs a notebook, or the job that it is part of, as production does: saved, emitted, in a process
// of its own. One at a time for each notebook.

import { askForDeployment, askForRun } from './dialogs.js';
import { Run } from './run.js';

export class Production {
  /** `modules` are Jupyter's; `owner` is the Panel whose cells are marked. */
  constructor(owner, server, modules) {
    this._owner = owner;
    this._server = server;
    this._modules = modules;
    this._remembered = { run: {}, deployment: {} };
    this._shown = null; // the widget of the log
    this._isPreparing = false;
  }

  get isRunning() {
    return this._isPreparing || Boolean(this._owner.run?.isRunning);
  }

  async run() {
    await this._once(async () => {
      const prepared = await this._prepare();
      const asked = await askForRun(this._modules, prepared, this._remembered.run);
      if (asked) {
        this._remembered.run = asked;
        const title = asked.scope === 'job' ? `job ${prepared.job.name}` : this._name;
        return this._start(title, 'run', asked, prepared);
      }
    });
  }

  async deploy() {
    await this._once(async () => {
      const [prepared, { targets }] = await Promise.all([this._prepare(), this._server.ask('about')]);
      const asked = await askForDeployment(this._modules, prepared, targets, this._remembered.deployment);
      if (asked) {
        this._remembered.deployment = asked;
        const title = asked.target ? `test, then ${asked.target}` : 'smoke test';
        return this._start(title, asked.target ? 'deploy' : 'test', asked, prepared);
      }
    });
  }

  stop() {
    this._owner.run?.stop();
  }

  get _context() {
    return this._owner.panel.context;
  }

  get _name() {
    return this._context.localPath.split('/').pop();
  }

  // Whatever goes wrong before there is a run to show it in.
  async _once(work) {
    if (this.isRunning) {
      return;
    }
    this._isPreparing = true;
    let start;
    try {
      start = await work();
    } catch (error) {
      const { Dialog, showDialog } = this._modules.apputils;
      const buttons = [Dialog.okButton()];
      await showDialog({ title: 'Not run', body: error.message, buttons });
    } finally {
      this._isPreparing = false;
    }
    await start?.();
  }

  async _prepare() {
    await this._context.save();
    if (this._context.model.dirty) {
      throw new Error('the notebook could not be saved');
    }
    return this._server.ask('prepare', { path: this._context.localPath });
  }

  _start(title, kind, asked, { written }) {
    const cells = this._owner.panel.content.model.cells;
    const run = new Run({
      server: this._server,
      title,
      notebook: this._name,
      ids: Array.from({ length: cells.length }, (_, index) => cells.get(index).id),
      changed: () => this._owner.refresh({ isAsked: true }),
    });
    written.forEach(words => run.log.write(`${words}\n`, 'step'));
    this._show(run);
    return async () => {
      await run.follow(kind, { path: this._context.localPath, ...asked });
      this._conclude(run);
    };
  }

  _show(run) {
    this._shown?.dispose();
    this._shown = new this._modules.widgets.Widget({ node: run.log.node });
    this._owner.panel.contentHeader.addWidget(this._shown);
    this._owner.showRun(run);
  }

  _conclude(run) {
    const { failure } = run;
    const widget = this._shown;
    if (failure?.cell && failure.notebook === this._name) {
      const go = () => this._owner.goTo(failure.cell, false);
      run.log.addButton('Show the line', 'Go to the cell that failed', go);
      void this._owner.markLine(failure.cell - 1, failure.line);
      go();
    } else if (failure?.notebook ?? failure?.file) {
      const file = failure.notebook ?? failure.file;
      run.log.addButton(`Open ${file}`, 'Open the file that failed', () => this._open(file));
    }
    run.log.addButton('Close', 'Close this log', () => {
      widget.dispose();
      this._owner.showRun(null);
    });
  }

  _open(file) {
    const folder = this._context.path.split('/').slice(0, -1);
    void this._modules.app.commands.execute('docmanager:open', { path: [...folder, file].join('/') });
  }
}
