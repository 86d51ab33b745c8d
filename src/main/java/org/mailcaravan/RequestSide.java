package org.mailcaravan;

import java.util.stream.Collectors;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.intake.OAuthRules;
import org.mailcaravan.intake.RequestRules;
import org.mailcaravan.intake.SourceServers;
import org.mailcaravan.policies.Policies;
import org.mailcaravan.providers.Discovery;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.settings.DestinationAuth;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.OAuthProfile;
import org.mailcaravan.settings.Settings;

/** How requests are read, as the settings say. */
final class RequestSide {
  private RequestSide() {}

  static RequestRules rules(Settings settings, Launcher.Mode mode, Policies policies) {
    return new RequestRules(
        settings.destinationAuth() instanceof DestinationAuth.RowPassword,
        settings.get(Keys.DESTINATION_CARDDAV_URL).isPresent(),
        settings.get(Keys.DESTINATION_CALDAV_URL).isPresent(),
        settings.get(Keys.ATTACHMENTS_ALLOWED_FOLDERS),
        oauthRules(settings, mode),
        settings.get(Keys.DESTINATION_HOST),
        mode == Launcher.Mode.SERVICE && !settings.passwordWait().isZero(),
        policies.words());
  }

  private static OAuthRules oauthRules(Settings settings, Launcher.Mode mode) {
    return new OAuthRules(
        settings.oauthProfiles().values().stream()
            .collect(
                Collectors.toMap(
                    OAuthProfile::name,
                    profile -> new OAuthRules.Profile(profile.servers(), profile.needsPerson()))),
        mode != Launcher.Mode.SERVICE);
  }

  /** For rows that name no server. */
  static SourceServers sources(Settings settings, Providers providers, Discovery discovery) {
    Keys.Discovery wanted = settings.get(Keys.SOURCE_DISCOVERY);
    return new FoundServers(
        providers, wanted == Keys.Discovery.OFF ? null : discovery, wanted == Keys.Discovery.TRUST);
  }
}
