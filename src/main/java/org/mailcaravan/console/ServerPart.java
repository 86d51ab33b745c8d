package org.mailcaravan.console;

import io.vertx.ext.web.Router;

/** Something that the server offers besides the routes, behind the same gate. */
interface ServerPart {
  /** Says which paths are its own. */
  void addTo(Router router);
}
