package org.mailcaravan;

import java.util.List;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.policies.Policies;
import org.mailcaravan.policies.PoliciesFile;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.providers.ProvidersFile;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;

/**
 * What config/providers.yaml and config/policies.yaml say.
 *
 * @param providers none where their file is wrong
 * @param policies none where one of the files is wrong, since policies name providers
 * @param mistakes in the first file that is wrong
 */
record YamlSettings(Providers providers, Policies policies, List<Problem> mistakes) {
  YamlSettings {
    mistakes = List.copyOf(mistakes);
  }

  /** Reads both. */
  static YamlSettings read(Settings settings) {
    Providers providers = Providers.NONE;
    try {
      providers = ProvidersFile.read(settings.get(Keys.PROVIDERS_FILE));
      return new YamlSettings(
          providers,
          PoliciesFile.read(
              settings.get(Keys.POLICIES_FILE), providers, settings.get(Keys.SCHEDULE_ZONE)),
          List.of());
    } catch (RequestRejected e) {
      return new YamlSettings(providers, Policies.NONE, e.problems());
    }
  }

  /**
   * Both, without a mistake.
   *
   * @throws RequestRejected when there is one
   */
  YamlSettings requireFaultless() {
    if (!mistakes.isEmpty()) {
      throw new RequestRejected(mistakes);
    }
    return this;
  }
}
