// What is asked before a run: its arguments, from the parameters cell; what a deployment needs.

import { element } from './draw.js';
import { counted } from './order.js';

/**
 * Ask for what a run needs. Resolves to {scope, arguments} or null.
 * Nothing is asked where there is nothing to choose.
 */
export async function askForRun(modules, prepared, remembered) {
  const { job, notebook } = prepared;
  const scopes = scopesOf(prepared);
  if (!scopes.length) {
    throw new Error(job.problem || notebook.problem);
  }
  const names = argumentsOf(scopes.map(each => prepared[each]));
  if (scopes.length === 1 && !names.length) {
    return { scope: scopes[0], arguments: {} };
  }
  const form = new Form(modules);
  if (scopes.length > 1) {
    const chosen = remembered.scope ?? 'job';
    form.choice('scope', 'What to run', chosen, [
      ['job', `the whole job ${job.name}: ${counted(job.files, 'file')}, ${counted(job.steps, 'step')}`],
      ['notebook', `this notebook alone: ${counted(notebook.steps, 'step')}`],
    ]);
  }
  names.forEach(each => form.argument(each, remembered.arguments?.[each.name] ?? ''));
  const values = await form.ask('Run as production', 'Run', found =>
    missing(prepared[found.scope ?? scopes[0]].arguments, found.arguments)
  );
  if (!values) {
    return null;
  }
  const scope = values.scope ?? scopes[0];
  const declared = prepared[scope].arguments.map(each => each.name);
  const given = Object.entries(values.arguments).filter(([name]) => declared.includes(name));
  return { scope, arguments: Object.fromEntries(given) };
}

/** Ask what to do after a smoke test: {target, schedule, image, output, arguments} or null. */
export async function askForDeployment(modules, prepared, targets, remembered) {
  const { job } = prepared;
  if (job.problem) {
    throw new Error(job.problem);
  }
  const form = new Form(modules);
  form.choice('target', 'After the smoke test', remembered.target ?? '', [
    ['', 'nothing: only the test'],
    ...targets.map(({ name, what }) => [name, `${name}: ${what}`]),
  ]);
  form.text('schedule', 'Schedule', remembered.schedule ?? '', '0 5 * * * or @daily');
  form.text('image', 'Image', remembered.image ?? '', 'registry/name:tag, for kubernetes');
  form.text('output', 'Write to', remembered.output ?? '', 'a file below Jupyter\'s root; else it is shown');
  job.arguments.forEach(each => form.argument(each, remembered.arguments?.[each.name] ?? ''));
  return form.ask('Test and deploy', 'Test', found => {
    const needsImage = targets.find(({ name }) => name === found.target)?.image;
    return missing(job.arguments, found.arguments) || (needsImage && !found.image ? `${found.target} needs an image` : '');
  });
}

// The job where it has more than this notebook; the notebook alone where the job cannot run.
function scopesOf({ job, notebook }) {
  if (job.problem || notebook.problem) {
    return job.problem ? (notebook.problem ? [] : ['notebook']) : ['job'];
  }
  return job.files > notebook.files ? ['job', 'notebook'] : ['job'];
}

function argumentsOf(plans) {
  return [...new Map(plans.flatMap(plan => plan.arguments).map(each => [each.name, each])).values()];
}

function missing(declared, given) {
  const names = declared.filter(each => each.required && !given[each.name]).map(each => each.name);
  return names.length ? `needed: ${names.join(', ')}` : '';
}

class Form {
  constructor({ apputils, widgets }) {
    this._apputils = apputils;
    this._widgets = widgets;
    this._node = element('div', 'nbjob-form');
    this._fields = new Map();
    this._arguments = new Map();
    this._problem = element('p', 'nbjob-form-problem');
    this._problem.setAttribute('role', 'alert');
  }

  choice(name, label, value, options) {
    const select = element('select', 'nbjob-field jp-mod-styled');
    for (const [key, text] of options) {
      const option = element('option', '', text);
      option.value = key;
      select.append(option);
    }
    select.value = value;
    this._fields.set(name, select);
    this._add(name, label, select);
  }

  text(name, label, value, hint) {
    const input = textField(value, hint);
    this._fields.set(name, input);
    this._add(name, label, input);
  }

  argument({ name, type, default: fallback, required, description }, value) {
    const hint = required ? 'needed' : fallback === null ? 'left out' : `default: ${fallback}`;
    const field = type === 'bool' ? choices(value, hint) : textField(value, hint);
    field.required = required;
    this._arguments.set(name, field);
    this._add(`argument-${name}`, `${name}: ${type}${required ? ' *' : ''}`, field, description);
  }

  /** Show it until it is right or left; an argument that is left empty keeps its default. */
  async ask(title, label, problemOf) {
    for (;;) {
      this._node.append(this._problem);
      const { Dialog, showDialog } = this._apputils;
      const buttons = [Dialog.cancelButton(), Dialog.okButton({ label })];
      const body = new this._widgets.Widget({ node: this._node });
      const result = await showDialog({ title, body, buttons });
      if (!result.button.accept) {
        return null;
      }
      const found = this._values();
      const problem = problemOf(found);
      if (!problem) {
        return found;
      }
      this._problem.textContent = problem;
    }
  }

  _values() {
    const values = [...this._fields].map(([name, field]) => [name, field.value.trim()]);
    const given = [...this._arguments].map(([name, field]) => [name, field.value]);
    return {
      ...Object.fromEntries(values),
      arguments: Object.fromEntries(given.filter(([, value]) => value !== '')),
    };
  }

  _add(name, label, field, description = '') {
    const row = element('div', 'nbjob-row');
    field.id = `nbjob-field-${name}`;
    const caption = element('label', 'nbjob-label', label);
    caption.htmlFor = field.id;
    row.append(caption, field);
    if (description) {
      const words = element('span', 'nbjob-description', description);
      words.id = `${field.id}-description`;
      field.setAttribute('aria-describedby', words.id);
      row.append(words);
    }
    this._node.append(row);
  }
}

function textField(value, hint) {
  const input = element('input', 'nbjob-field jp-mod-styled');
  input.type = 'text';
  input.value = value;
  input.placeholder = hint;
  return input;
}

function choices(value, hint) {
  const select = element('select', 'nbjob-field jp-mod-styled');
  for (const [key, text] of [['', hint], ['true', 'true'], ['false', 'false']]) {
    const option = element('option', '', text);
    option.value = key;
    select.append(option);
  }
  select.value = value;
  return select;
}
