// The list of stations, the worst first: cut where it grows long, with a search that reaches all of them.

import { byGravity, escape, figures, stateWords, symbol } from './symbols.js';
import { languageInUse, words } from './words.js';

const MOST_ROWS = 150;
const SEARCH_FROM = 12;

export class StationList {
  constructor(list, search, more, onPick) {
    Object.assign(this, { list, search, more });
    this.stations = new Map();
    list.addEventListener('click', event => {
      const row = event.target.closest('[data-station]');
      if (row) onPick(row.dataset.station);
    });
    search.addEventListener('input', () => this.show(this.stations, this.chosenId));
    list.addEventListener('keydown', event => this.walk(event));
  }

  show(stations, chosenId) {
    this.stations = stations;
    this.chosenId = chosenId;
    const w = words();
    const wanted = this.search.value.trim().toLocaleLowerCase(languageInUse());
    this.search.parentElement.hidden = stations.size < SEARCH_FROM;
    const collator = new Intl.Collator(languageInUse(), { numeric: true });
    const found = [...stations.values()]
      .filter(({ id, properties: p }) => wanted === '' || `${p.name} ${id}`.toLocaleLowerCase(languageInUse()).includes(wanted))
      .sort((a, b) => byGravity(a, b) || collator.compare(a.properties.name, b.properties.name));
    this.keepingFocus(() => {
      this.list.innerHTML = found.slice(0, MOST_ROWS).map(({ id, properties: p }) => {
        const told = figures(p).map(f => `<b class="${f.old ? 'old' : ''}">${escape(f.text)}</b>`).join(' · ');
        return `<li><button type="button" data-station="${escape(id)}" aria-pressed="${id === chosenId}">${symbol(p)}`
          + `<span class="station-title">${escape(p.name)}</span><span class="figure">${told || '–'}</span>`
          + `<span class="unseen">${stateWords(p)}</span></button></li>`;
      }).join('');
    });
    this.more.textContent = found.length > MOST_ROWS ? w.moreStations(found.length - MOST_ROWS) : found.length === 0 && wanted ? w.noStations : '';
    this.more.hidden = this.more.textContent === '';
  }

  /** The list is written anew at each change. */
  keepingFocus(write) {
    const held = this.list.contains(document.activeElement) ? document.activeElement.dataset.station : null;
    const scrolled = this.list.scrollTop;
    write();
    this.list.scrollTop = scrolled;
    if (held) this.list.querySelector(`[data-station="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  }

  /** Arrow keys go from row to row. */
  walk(event) {
    const next = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
    const row = next && event.target.closest('li')?.[next];
    if (!row) return;
    event.preventDefault();
    row.querySelector('button').focus();
  }
}
