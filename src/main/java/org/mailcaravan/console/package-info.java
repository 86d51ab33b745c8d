/**
 * What others ask the running service over HTTP, and tell it: the API, live events, health and
 * metrics. The REST routes in routes/api.camel.yaml call the beans of this package; the server, its
 * login and the stream of events stand before them. Only {@code run} starts it.
 */
@NullMarked
package org.mailcaravan.console;

import org.jspecify.annotations.NullMarked;
