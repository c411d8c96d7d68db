// A run of production, or of its smoke test: what the server streams, on the badges and in a log.

import { element } from './draw.js';
import { counted } from './order.js';

const SIGNS = { ok: '✓', failed: '✗', interrupted: '■', 'not run': '·', retried: '↻' };
const LONGEST_LOG = 4000; // pieces of text; a job may print without end

/** One process on the server. `changed()` is called when there is something new to see. */
export class Run {
  constructor({ server, title, notebook, ids, changed }) {
    this.title = title;
    this.isRunning = true;
    this.status = `${title}: starting`;
    this.failure = null; // what a failed run said of it: {type, message, notebook, cell, line}
    this.exitCode = null;
    this.log = new Log(() => this.stop());
    this._server = server;
    this._notebook = notebook; // its file name: a job has other notebooks' cells too
    this._ids = ids; // of the cells as they were saved: theirs are the numbers in events
    this._changed = changed;
    this._cells = new Map();
    this._total = 0;
    this._hangUp = new AbortController();
    this._process = '';
    this._isStopping = false;
  }

  /** What is known of a cell of this notebook: {status, seconds, rows, error}; else undefined. */
  cell(id) {
    return this._cells.get(id);
  }

  /** Follow the process to its end. */
  async follow(path, body) {
    try {
      for await (const event of this._server.events(path, body, this._hangUp.signal)) {
        this._take(event);
      }
    } catch (error) {
      this._end(this._hangUp.signal.aborted ? 'stopped' : `failed: ${error.message}`);
    }
    if (this.isRunning) {
      this._end('the server has ended it');
    }
  }

  /** Ask it to end; what it says of that still comes. */
  stop() {
    if (!this.isRunning || this._isStopping) {
      return;
    }
    this._isStopping = true;
    this._say(`${this.title}: stopping`);
    this._server.ask(`running/${this._process}`, undefined, { method: 'DELETE' }).catch(() => this.hangUp());
  }

  hangUp() {
    this._hangUp.abort();
  }

  _take(event) {
    const step = event.step;
    switch (event.event) {
      case 'process-started':
        this._process = event.id;
        break;
      case 'run-started':
        this._total = event.steps.length;
        event.steps.forEach(each => this._mark(each, { status: 'waiting' }));
        break;
      case 'step-started':
        this._mark(step, { status: 'running' });
        this._say(`${this.title}: ${step.number} of ${this._total}`);
        break;
      case 'step-finished':
        this._finished(event);
        break;
      case 'output':
        this.log.write(event.text, event.stream);
        break;
      case 'run-finished':
        this._runFinished(event);
        break;
      case 'process-finished':
        this._processFinished(event);
        break;
    }
    this._changed();
  }

  _finished({ step, status, seconds, rows, error }) {
    const isDone = status !== 'not run';
    this._mark(step, { status: isDone ? status : 'skipped', seconds, rows, error });
    if (isDone) {
      const fetched = typeof rows === 'number' ? `  ${counted(rows, 'row')}` : '';
      const line = `${SIGNS[status] ?? ' '} ${step.number}/${this._total}  ${step.title}  ${seconds.toFixed(2)} s${fetched}\n`;
      this.log.write(line, status === 'failed' ? 'failure' : 'step');
    }
    if (error?.traceback) {
      this.log.write(`${error.traceback.trimEnd()}\n`, 'failure');
    }
  }

  _runFinished({ status, exit_code: code, seconds, said, error }) {
    this.failure = error ?? null;
    this.exitCode = code;
    const words = error ? saying(error) : said;
    this._end(status === 'done' ? `done in ${seconds.toFixed(2)} s` : `${status}${words ? `: ${words}` : ''}`);
  }

  _processFinished({ exit_code: code }) {
    if (this.isRunning) {
      this.exitCode = code;
      this._end(this._isStopping ? 'stopped' : code === 0 ? 'passed' : `failed, exit status ${code}`);
    }
  }

  _mark(step, state) {
    if (step.cell && step.notebook === this._notebook) {
      this._cells.set(this._ids[step.cell - 1], state);
    }
  }

  _end(words) {
    this.isRunning = false;
    for (const [id, { status }] of this._cells) {
      if (status === 'running' || status === 'waiting') {
        this._cells.set(id, { status: status === 'running' ? 'interrupted' : 'skipped' });
      }
    }
    this._say(`${this.title}: ${words}`);
    this.log.end(this.exitCode === 0);
  }

  _say(text) {
    this.status = text;
    this.log.say(text);
    this._changed();
  }
}

/** `ValueError: too large`, and `KeyboardInterrupt` without a colon. */
export function saying({ type, message }) {
  return message ? `${type}: ${message}` : type;
}

/** Above the notebook: how far it is, what the job prints, a button to stop. */
class Log {
  constructor(onStop) {
    this.node = element('section', 'nbjob-log');
    this.node.setAttribute('aria-label', 'production run');
    this._title = element('span', 'nbjob-log-title');
    this._title.setAttribute('role', 'status');
    this._stop = button('Stop', 'Stop the run', onStop);
    this._text = element('pre', 'nbjob-log-text');
    this._text.setAttribute('role', 'log');
    this._text.tabIndex = 0;
    this._bar = element('div', 'nbjob-log-bar');
    this._bar.append(this._title, this._stop);
    this.node.append(this._bar, this._text);
  }

  say(text) {
    this._title.textContent = text;
  }

  write(text, kind) {
    const isAtEnd = this._text.scrollTop + this._text.clientHeight >= this._text.scrollHeight - 4;
    this._text.append(element('span', `nbjob-log-${kind}`, text));
    if (this._text.childNodes.length > LONGEST_LOG) {
      this._text.firstChild.remove();
    }
    if (isAtEnd) {
      this._text.scrollTop = this._text.scrollHeight;
    }
  }

  end(isGood) {
    this._stop.remove();
    this.node.classList.add(isGood ? 'nbjob-log-good' : 'nbjob-log-bad');
  }

  addButton(label, title, onClick) {
    this._bar.append(button(label, title, onClick));
  }
}

function button(label, title, onClick) {
  const node = element('button', 'nbjob-button', label);
  node.type = 'button';
  node.title = title;
  node.addEventListener('click', onClick);
  return node;
}
