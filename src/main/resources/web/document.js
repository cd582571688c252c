// Draws the features of a collection's page: the same GeoJSON that the page links to.
const place = document.getElementById("map");
const map = L.map(place, { attributionControl: false });
const colors = { yellow: "#f2c200", orange: "#f08000", red: "#d01020" };
const color = (feature) => colors[feature.properties.severityColor] ?? feature.properties.color ?? "#1565a8";

const features = await (await fetch(place.dataset.features, { headers: { Accept: "application/geo+json" } })).json();
const layer = L.geoJSON(features, {
  pointToLayer: (feature, at) => L.circleMarker(at, { radius: 6, weight: 1, color: "#333", fillColor: color(feature), fillOpacity: .9 }),
  style: (feature) => feature.geometry.type === "Point" ? {} : { color: color(feature), weight: 1, fillOpacity: .5 },
  onEachFeature: (feature, shape) => shape.bindTooltip(document.createTextNode(feature.properties.name ?? feature.id)),
}).addTo(map);
if (layer.getBounds().isValid()) {
  map.fitBounds(layer.getBounds().pad(.1), { maxZoom: 13 });
} else {
  place.remove();
}
