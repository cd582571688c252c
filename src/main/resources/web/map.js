// The map: the coast, a graticule, and the stations. The gravest few hundred are elements that a keyboard reaches; beyond, they are drawn
// on one canvas, where ten thousand cost what a picture costs, and the list with its search leads to each of them.

import { coast } from './coast.js';
import { CORNERS, arrow, byGravity, course, escape, figures, look, stateWords, symbol } from './symbols.js';
import { number } from './words.js';

const STEPS = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
const MOST_ELEMENTS = 300;
const LABEL_HEIGHT = 32;

export class StationMap {
  constructor(element, onPick) {
    this.onPick = onPick;
    this.markers = new Map();
    this.dots = new Map();
    this.map = window.L.map(element, {
      zoomSnap: 0.25, minZoom: 4, maxZoom: 16, attributionControl: false, zoomControl: false,
    });
    this.map.setView([55.3, 9.9], 9);
    window.L.control.zoom({ position: 'bottomright', zoomInTitle: '', zoomOutTitle: '' }).addTo(this.map);
    window.L.control.scale({ imperial: false }).addTo(this.map);
    this.graticule = window.L.layerGroup().addTo(this.map);
    this.canvas = window.L.canvas({ padding: 0.2, tolerance: 4 });
    this.map.on('moveend', () => this.drawGraticule());
    this.map.on('zoomend moveend', () => this.declutter());
    new ResizeObserver(() => this.map.invalidateSize()).observe(element);
  }

  /** @param tiles of a server that the settings name, or null for the coastline that comes along */
  ground(tiles) {
    if (tiles) {
      window.L.tileLayer(tiles.url, { maxZoom: 19, referrerPolicy: 'no-referrer' }).addTo(this.map);
    } else {
      coast(this.map).catch(() => {});
    }
  }

  show(stations, chosenId) {
    const grave = stations.size <= MOST_ELEMENTS ? [...stations.values()] : this.gravest(stations, chosenId);
    const shown = new Set(grave.map(station => station.id));
    for (const [id, marker] of this.markers) {
      if (!shown.has(id)) {
        marker.remove();
        this.markers.delete(id);
      }
    }
    let moved = false;
    grave.forEach(station => { moved = this.showOne(station, chosenId) || moved; });
    if (moved) this.declutter();
    this.showDots(stations, shown);
  }

  gravest(stations, chosenId) {
    const found = [...stations.values()].filter(s => s.properties.state !== 'normal' || s.id === chosenId);
    return found.length <= MOST_ELEMENTS ? found : found.sort(byGravity).slice(0, MOST_ELEMENTS).concat(found.filter(s => s.id === chosenId));
  }

  fit(stations) {
    if (stations.size > 0) {
      const places = [...stations.values()].map(s => [s.geometry.coordinates[1], s.geometry.coordinates[0]]);
      const narrow = this.map.getSize().x < 500;
      this.map.fitBounds(window.L.latLngBounds(places), { paddingTopLeft: [narrow ? 24 : 48, 56], paddingBottomRight: [narrow ? 70 : 116, 48], maxZoom: 12 });
    }
  }

  /** Into view, where it is not. */
  lookAt(station) {
    const at = [station.geometry.coordinates[1], station.geometry.coordinates[0]];
    if (!this.map.getBounds().pad(-0.05).contains(at)) this.map.panTo(at);
  }

  showOne(station, chosenId) {
    const p = station.properties;
    const [lon, lat] = station.geometry.coordinates;
    const figure = figures(p)[0] ?? { text: '', old: false };
    const label = `${p.name}: ${stateWords(p)} ${figure.text}`;
    const trend = arrow(course(p)?.trend);
    const html = `${symbol(p)}<span class="place-name">${escape(p.name)}<b class="${figure.old ? 'old' : ''}">${escape(figure.text)}</b></span>`
      + `<span class="place-arrow">${trend === '→' ? '' : trend}</span>`;
    const key = html + label + (station.id === chosenId);
    let marker = this.markers.get(station.id);
    if (marker?.key === key) return false;
    const icon = window.L.divIcon({
      className: `place ${look(p)}${station.id === chosenId ? ' chosen' : ''}`, html, iconSize: [32, 32], iconAnchor: [16, 16],
    });
    if (marker) {
      marker.setLatLng([lat, lon]).setIcon(icon);
    } else {
      marker = window.L.marker([lat, lon], { icon, keyboard: true, riseOnHover: true }).addTo(this.map);
      marker.on('click', () => this.onPick(station.id));
      this.markers.set(station.id, marker);
    }
    marker.key = key;
    marker.rank = (station.id === chosenId ? 10 : 0) + p.severity;
    marker.length = Math.max(p.name.length * 7.2, figure.text.length * 8) + 10;
    marker.setZIndexOffset(p.severity * 1000);
    marker.getElement().setAttribute('aria-label', label);
    marker.getElement().setAttribute('role', 'button');
    return true;
  }

  /** Names that would lie on one another are left out, of the less grave; their shape and arrow stay. */
  declutter() {
    const taken = [];
    const { x: width, y: height } = this.map.getSize();
    const shown = [...this.markers.values()].map(marker => ({ marker, at: this.map.latLngToContainerPoint(marker.getLatLng()) }));
    shown.forEach(({ at }) => taken.push([at.x - 12, at.y - 12, at.x + 12, at.y + 12]));
    shown.sort((a, b) => b.marker.rank - a.marker.rank).forEach(({ marker, at }) => {
      const { length } = marker;
      const beside = at.y - LABEL_HEIGHT / 2;
      const [side, box] = Object.entries({
        rightward: [at.x + 20, beside],
        leftward: [at.x - 20 - length, beside],
        downward: [at.x - length / 2, at.y + 18],
        upward: [at.x - length / 2, at.y - 18 - LABEL_HEIGHT],
      })
        .map(([to, [left, top]]) => [to, [left, top, left + length, top + LABEL_HEIGHT]])
        .find(([, [left, top, right, bottom]]) => left > 0 && right < width && top > 0 && bottom < height
          && taken.every(t => right < t[0] || left > t[2] || bottom < t[1] || top > t[3])) ?? ['mute', null];
      if (box) taken.push(box);
      ['leftward', 'downward', 'upward', 'mute'].forEach(each => marker.getElement()?.classList.toggle(each, each === side));
    });
  }

  showDots(stations, elsewhere) {
    for (const [id, dot] of this.dots) {
      if (!stations.has(id) || elsewhere.has(id)) {
        dot.remove();
        this.dots.delete(id);
      }
    }
    if (elsewhere.size === stations.size) return;
    const style = getComputedStyle(document.documentElement);
    const color = name => style.getPropertyValue(name).trim();
    const silent = { color: color('--silent'), fillColor: color('--card'), weight: 1.5 };
    const heard = ['--normal', '--severity-1', '--severity-2', '--severity-3'].map(name => ({ color: color('--card'), fillColor: color(name), weight: 1 }));
    for (const station of stations.values()) {
      if (elsewhere.has(station.id)) continue;
      const kind = look(station.properties);
      const dot = this.dots.get(station.id);
      if (dot?.kind === kind) continue;
      const severity = station.properties.state === 'active' ? station.properties.severity : 0;
      const paint = kind === 'silent' ? silent : heard[severity];
      if (dot) {
        dot.severity = severity;
        dot.setStyle(paint);
        dot.kind = kind;
        continue;
      }
      const made = new Dot([station.geometry.coordinates[1], station.geometry.coordinates[0]],
        { ...paint, renderer: this.canvas, radius: 5, fillOpacity: 1, fill: true }).addTo(this.map);
      made.kind = kind;
      made.severity = severity;
      made.on('click', () => this.onPick(station.id));
      this.dots.set(station.id, made);
    }
  }

  repaint(stations, chosenId) {
    this.dots.forEach(dot => { dot.kind = null; });
    this.show(stations, chosenId);
  }

  drawGraticule() {
    this.graticule.clearLayers();
    const bounds = this.map.getBounds().pad(0.1);
    const step = STEPS.find(s => (bounds.getEast() - bounds.getWest()) / s >= 4) ?? 0.01;
    const digits = Math.max(0, Math.round(-Math.log10(step) + 0.3));
    const view = this.map.getBounds();
    for (let lon = Math.ceil(bounds.getWest() / step) * step; lon < bounds.getEast(); lon += step) {
      this.line([[bounds.getSouth(), lon], [bounds.getNorth(), lon]], [view.getNorth(), lon], `${number(lon, digits)}° E`, 'down');
    }
    for (let lat = Math.ceil(bounds.getSouth() / step) * step; lat < bounds.getNorth(); lat += step) {
      const y = this.map.latLngToContainerPoint([lat, view.getEast()]).y;
      // its label would lie on those of the meridians, or on the scale
      if (y < 22 || y > this.map.getSize().y - 16) continue;
      this.line([[lat, bounds.getWest()], [lat, bounds.getEast()]], [lat, view.getEast()], `${number(lat, digits)}° N`, 'left');
    }
  }

  line(ends, at, label, side) {
    window.L.polyline(ends, { className: 'graticule', interactive: false, weight: 1 }).addTo(this.graticule);
    const icon = window.L.divIcon({ className: `degree ${side}`, html: label, iconSize: null });
    window.L.marker(at, { icon, interactive: false, keyboard: false }).addTo(this.graticule);
  }
}

/** A station on the canvas: a circle, or the shape of its severity. Uses what Leaflet 1.9's own circles use of its canvas. */
const Dot = window.L.CircleMarker.extend({
  _updatePath() {
    const corners = CORNERS[this.severity ?? 0];
    if (corners.length === 0) {
      window.L.CircleMarker.prototype._updatePath.call(this);
      return;
    }
    const renderer = this._renderer;
    if (!renderer._drawing || this._empty()) return;
    renderer._ctx.beginPath();
    corners.forEach(([x, y], i) => renderer._ctx[i === 0 ? 'moveTo' : 'lineTo'](this._point.x + x * (this._radius + 1), this._point.y + y * (this._radius + 1)));
    renderer._ctx.closePath();
    renderer._fillStroke(renderer._ctx, this);
  },
});
