package org.mailcaravan.console;

/** Where things are on the server. */
final class Paths {
  /** The first version of the API; what is added to it later breaks no caller. */
  static final String V1 = "/api/v1";

  static final String EVENTS = V1 + "/events";
  static final String OPENAPI = V1 + "/openapi.json";
  static final String CLIENTS = V1 + "/clients/:domain/:file";

  /** Where Thunderbird asks at {@code autoconfig.DOMAIN}, and at the domain itself. */
  static final String AUTOCONFIG = "/mail/config-v1.1.xml";

  static final String WELL_KNOWN_AUTOCONFIG = "/.well-known/autoconfig" + AUTOCONFIG;

  /** Where Outlook asks at {@code autodiscover.DOMAIN}; it writes the path in any case. */
  static final String AUTODISCOVER = "/autodiscover/autodiscover.xml";

  static final String HEALTH = "/health";
  static final String METRICS = "/metrics";

  private Paths() {}
}
