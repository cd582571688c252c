// The coastline, so that a map is a map without the internet: Natural Earth, public domain, cut by src/main/coast/cut.mjs.

export async function coast(map) {
  const response = await fetch('/app/coast.json');
  if (!response.ok) return;
  const { units, polygons } = await response.json();
  const pane = map.createPane('land');
  pane.style.zIndex = 150;
  const renderer = window.L.svg({ pane: 'land', padding: 0.5 });
  polygons.forEach(rings =>
    window.L.polygon(rings.map(ring => places(ring, units)), { pane: 'land', renderer, className: 'land', interactive: false, weight: 1.2, smoothFactor: 0.6 }).addTo(map));
}

/** Out of differences of longitude and latitude in turn. */
function places(ring, units) {
  const found = [];
  let lon = 0;
  let lat = 0;
  for (let i = 0; i < ring.length; i += 2) {
    lon += ring[i];
    lat += ring[i + 1];
    found.push([lat / units, lon / units]);
  }
  return found;
}
