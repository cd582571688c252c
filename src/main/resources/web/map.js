// The map: stations on a plain ground with a graticule, since no tiles are to be had without the internet.

import { symbol, look, figures, stateWords, escape } from './symbols.js';
import { number } from './words.js';

const STEPS = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];

export class StationMap {
  constructor(element, onPick) {
    this.onPick = onPick;
    this.markers = new Map();
    this.map = window.L.map(element, {
      zoomSnap: 0.25, minZoom: 4, maxZoom: 16, attributionControl: false, zoomControl: false,
    });
    this.map.setView([55.3, 9.9], 9);
    window.L.control.zoom({ position: 'bottomright' }).addTo(this.map);
    window.L.control.scale({ imperial: false }).addTo(this.map);
    this.graticule = window.L.layerGroup().addTo(this.map);
    this.map.on('moveend', () => this.drawGraticule());
    new ResizeObserver(() => this.map.invalidateSize()).observe(element);
  }

  show(stations, chosenId) {
    for (const [id, marker] of this.markers) {
      if (!stations.has(id)) {
        marker.remove();
        this.markers.delete(id);
      }
    }
    stations.forEach(station => this.showOne(station, chosenId));
  }

  fit(stations) {
    if (stations.size > 0) {
      const places = [...stations.values()].map(s => [s.geometry.coordinates[1], s.geometry.coordinates[0]]);
      this.map.fitBounds(window.L.latLngBounds(places), { paddingTopLeft: [48, 56], paddingBottomRight: [116, 48], maxZoom: 12 });
    }
  }

  showOne(station, chosenId) {
    const p = station.properties;
    const [lon, lat] = station.geometry.coordinates;
    const figure = figures(p)[0] ?? { text: '', old: false };
    const label = `${p.name}: ${stateWords(p)} ${figure.text}`;
    const html = `${symbol(p)}<span class="place-name">${escape(p.name)}<b class="${figure.old ? 'old' : ''}">${escape(figure.text)}</b></span>`;
    const key = html + (station.id === chosenId);
    let marker = this.markers.get(station.id);
    if (marker?.key === key) return;
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
    marker.setZIndexOffset(p.severity * 1000);
    marker.getElement().setAttribute('aria-label', label);
    marker.getElement().setAttribute('role', 'button');
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
