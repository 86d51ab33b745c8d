package org.mailcaravan.console;

/** Where things are on the server. */
final class Paths {
  /** The first version of the API; what is added to it later breaks no caller. */
  static final String V1 = "/api/v1";

  static final String EVENTS = V1 + "/events";
  static final String OPENAPI = V1 + "/openapi.json";
  static final String HEALTH = "/health";
  static final String METRICS = "/metrics";

  private Paths() {}
}
