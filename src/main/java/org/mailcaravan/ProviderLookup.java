package org.mailcaravan;

import java.time.Clock;
import java.util.List;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;
import org.mailcaravan.providers.Discovery;
import org.mailcaravan.providers.Finding;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.providers.ProvidersFile;
import org.mailcaravan.report.ProviderJson;
import org.mailcaravan.report.ProviderText;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;

/** Tells where the mail of an address or a domain is, as a row without a server would be told. */
final class ProviderLookup {
  private ProviderLookup() {}

  static Launcher.Whereabouts of(Settings settings, String addressOrDomain, int width) {
    String domain = domain(addressOrDomain);
    Finding finding = finding(settings, domain);
    boolean usable =
        finding instanceof Finding.Found found
            && (found.provider() != null
                || settings.get(Keys.SOURCE_DISCOVERY) == Keys.Discovery.TRUST);
    return new Launcher.Whereabouts(
        usable,
        ProviderText.of(domain, finding, usable, width),
        ProviderJson.of(domain, finding, usable));
  }

  private static Finding finding(Settings settings, String domain) {
    Providers providers = ProvidersFile.read(settings.get(Keys.PROVIDERS_FILE));
    if (settings.get(Keys.SOURCE_DISCOVERY) == Keys.Discovery.OFF) {
      return new Finding.NotFound(
          List.of(
              new Finding.Tried(
                  Finding.Way.DOMAIN, "source.discovery", "is off: nobody was asked")));
    }
    try (Discovery discovery = SourceSide.discovery(settings, providers, Clock.systemUTC())) {
      return discovery.find(domain);
    }
  }

  private static String domain(String addressOrDomain) {
    try {
      return HostNames.normal(addressOrDomain.replaceFirst("^[^@]+@", ""));
    } catch (IllegalArgumentException e) {
      throw new RequestRejected(
          new Problem(
              Where.words("\"" + VisibleText.of(addressOrDomain) + "\""),
              "this is neither an address nor a domain",
              Owner.US,
              "Write one, such as anna@example.org or example.org."));
    }
  }
}
