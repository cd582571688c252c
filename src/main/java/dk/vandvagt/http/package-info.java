/**
 * OGC API – Features, the operator's calls, the live stream and the page. A request is parsed once into a typed query; a
 * bad one is told parameter, found and expected.
 */
@NullMarked
package dk.vandvagt.http;

import org.jspecify.annotations.NullMarked;
