// From facts about cells to what is shown of them. Pure: no page, no Jupyter, no clock.
//
// A fact:    {id, isCode, tags, count, isEmpty, isEdited, isPending}
// A finding: {severity, text}, by cell id
// A view:    {step, total, state, marks}; step 0 is a cell that production does not run

const PARAMETERS = 'parameters';

/** The places of the production cells, as `source/production.py` finds them. */
export function productionCells(facts, tags) {
  const has = (fact, wanted) => fact.isCode && fact.tags.some(tag => wanted.includes(tag));
  if (!facts.some(fact => has(fact, tags))) {
    return [];
  }
  const wanted = [...tags, PARAMETERS];
  return facts.flatMap((fact, index) => (has(fact, wanted) ? [index] : []));
}

/** One view for each cell. `findings` maps a cell's id to what the rules say of it. */
export function views(facts, tags, findings) {
  const places = productionCells(facts, tags);
  const cells = places.map((index, position) => ({ ...facts[index], step: position + 1 }));
  const found = facts.map(fact => ({
    step: 0,
    total: cells.length,
    state: '',
    marks: findings.get(fact.id) ?? [],
  }));
  cells.forEach((cell, position) => {
    const above = cells.slice(0, position).filter(other => !other.isEmpty);
    const view = found[places[position]];
    view.step = cell.step;
    view.state = stateOf(cell);
    view.marks = [...orderMarks(cell, above), ...view.marks];
  });
  return found;
}

/** What a run in the kernel did otherwise than production will. */
function orderMarks(cell, above) {
  if (cell.count === null || cell.isEmpty) {
    return [];
  }
  const marks = [];
  const later = above.filter(other => other.count !== null && other.count > cell.count);
  if (later.length) {
    const last = later.reduce((a, b) => (b.count > a.count ? b : a));
    marks.push(
      warning(
        `ran out of order: as [${cell.count}], before production cell ${last.step} above it ([${last.count}])`
      )
    );
  }
  const missing = above.filter(other => other.count === null && !other.isPending);
  if (missing.length) {
    marks.push(warning(`${steps(missing)} above it ${missing.length > 1 ? 'have' : 'has'} not run`));
  }
  if (cell.isEdited) {
    marks.push(warning('edited since it ran'));
  }
  return marks;
}

function warning(text) {
  return { severity: 'warning', text };
}

function steps(cells) {
  const names = cells.map(cell => cell.step);
  if (names.length === 1) {
    return `production cell ${names[0]}`;
  }
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return `production cells ${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`;
}

function stateOf(cell) {
  if (cell.isPending) {
    return 'running';
  }
  return cell.count === null ? 'not run' : `ran as [${cell.count}]`;
}

/** A line for the toolbar: how many cells, how many problems; never better than what is known. */
export function summary(shown) {
  const production = shown.filter(view => view.step);
  const problems = shown.reduce((sum, view) => sum + view.marks.length, 0);
  if (!production.length) {
    return { text: problems ? counted(problems, 'problem') : 'no production cell', problems };
  }
  const notRun = production.filter(view => view.state === 'not run').length;
  const parts = [counted(production.length, 'production cell')];
  if (problems) {
    parts.push(counted(problems, 'problem'));
  } else if (notRun === production.length) {
    parts.push('not run');
  } else {
    parts.push(notRun ? `${notRun} not run` : 'in order');
  }
  return { text: parts.join(' · '), problems };
}

/** The next cell with a mark after `from`, from the top again after the last; -1 for none. */
export function nextProblem(shown, from) {
  const marked = shown.flatMap((view, index) => (view.marks.length ? [index] : []));
  return marked.find(index => index > from) ?? marked[0] ?? -1;
}

/** `1 row`, `2 rows`. */
export function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
