// Cuts the coastline that the page draws: node src/main/coast/cut.mjs land-10m.json west south east north > src/main/resources/web/coast.json
//
// land-10m.json is Natural Earth's land at 1:10 million (public domain, naturalearthdata.com) as TopoJSON in the npm package world-atlas
// (npm pack world-atlas@2.0.2). Rings are cut at the box by Sutherland and Hodgman, Reentrant polygon clipping, CACM 17 (1974), and written
// as differences in ten-thousandths of a degree: the source is no finer. The one that comes along was cut with -6 50 24 62.

import { readFileSync } from 'node:fs';

const [file, ...box] = process.argv.slice(2);
const [west, south, east, north] = box.map(Number);
const { arcs, transform, objects } = JSON.parse(readFileSync(file));
const LEAST_EXTENT_DEGREES = 0.002;
const UNITS = 10000;

const decoded = arcs.map(arc => {
  let x = 0;
  let y = 0;
  return arc.map(([dx, dy]) => [
    (x += dx) * transform.scale[0] + transform.translate[0],
    (y += dy) * transform.scale[1] + transform.translate[1],
  ]);
});

function ring(indexes) {
  return indexes.flatMap((i, nth) => {
    const points = i < 0 ? decoded[~i].toReversed() : decoded[i];
    return nth === 0 ? points : points.slice(1);
  });
}

/** What of the ring lies on the inner side of one border. */
function clip(points, isIn, crossing) {
  const kept = [];
  points.forEach((to, i) => {
    const from = points[(i + points.length - 1) % points.length];
    if (isIn(to) !== isIn(from)) kept.push(crossing(from, to));
    if (isIn(to)) kept.push(to);
  });
  return kept;
}

const atX = x => ([ax, ay], [bx, by]) => [x, ay + ((by - ay) * (x - ax)) / (bx - ax)];
const atY = y => ([ax, ay], [bx, by]) => [ax + ((bx - ax) * (y - ay)) / (by - ay), y];

function cut(points) {
  let kept = clip(points, p => p[0] >= west, atX(west));
  kept = clip(kept, p => p[0] <= east, atX(east));
  kept = clip(kept, p => p[1] >= south, atY(south));
  return clip(kept, p => p[1] <= north, atY(north));
}

function whole(points) {
  const [xs, ys] = [0, 1].map(k => points.map(p => p[k]));
  return Math.max(...xs) - Math.min(...xs) > LEAST_EXTENT_DEGREES || Math.max(...ys) - Math.min(...ys) > LEAST_EXTENT_DEGREES;
}

function differences(points) {
  let [x, y] = [0, 0];
  return points
    .map(([lon, lat]) => [Math.round(lon * UNITS), Math.round(lat * UNITS)])
    .filter((p, i, all) => i === 0 || p[0] !== all[i - 1][0] || p[1] !== all[i - 1][1])
    .flatMap(([lon, lat]) => {
      const step = [lon - x, lat - y];
      [x, y] = [lon, lat];
      return step;
    });
}

const polygons = objects.land.geometries
  .flatMap(g => (g.type === 'Polygon' ? [g.arcs] : g.arcs))
  .map(polygon => polygon.map(ring).map(cut).filter(points => points.length > 3 && whole(points)).map(differences))
  .filter(rings => rings.length > 0);

process.stdout.write(JSON.stringify({ credit: 'Natural Earth', units: UNITS, box: [west, south, east, north], polygons }));
