package org.mailcaravan.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds values that are valid by themselves but contradict each other. */
final class Contradictions {
  /** A contradiction; {@code key} is the property to correct. */
  record Contradiction(Key<?> key, String cause, String nextStep) {}

  private final Settings settings;
  private final List<Contradiction> found = new ArrayList<>();

  private Contradictions(Settings settings) {
    this.settings = settings;
  }

  static List<Contradiction> of(Settings settings) {
    Contradictions search = new Contradictions(settings);
    search.checkMaster();
    search.checkCollections();
    search.checkMemory();
    search.checkDelays();
    return search.found;
  }

  private void checkMaster() {
    Keys.Auth auth = settings.get(Keys.DESTINATION_AUTH);
    if (auth == Keys.Auth.PASSWORD) {
      return;
    }
    if (auth == Keys.Auth.OAUTH2) {
      checkProfile();
      return;
    }
    if (settings.get(Keys.DESTINATION_MASTER_USER).isEmpty()) {
      missing(Keys.DESTINATION_MASTER_USER, auth.word());
    }
    if (settings.get(Keys.DESTINATION_MASTER_PASSWORD).isEmpty()) {
      missing(Keys.DESTINATION_MASTER_PASSWORD, auth.word());
    }
  }

  private void checkProfile() {
    String name = settings.get(Keys.DESTINATION_OAUTH_PROFILE);
    OAuthProfile profile = settings.oauthProfiles().get(name);
    if (name.isEmpty()) {
      missing(Keys.DESTINATION_OAUTH_PROFILE, Keys.Auth.OAUTH2.word());
    } else if (profile == null) {
      add(
          Keys.DESTINATION_OAUTH_PROFILE,
          "destination.oauth-profile = \""
              + name
              + "\", and there is no property oauth."
              + name
              + ".…",
          "Correct the name, or describe the profile (docs/oauth.md).");
    } else if (profile.needsPerson()) {
      add(
          Keys.DESTINATION_OAUTH_PROFILE,
          "destination.oauth-profile = \""
              + name
              + "\" needs a person with a browser for each mailbox",
          "Use a profile of another kind than device-code.");
    }
  }

  private void missing(Key<?> key, String auth) {
    add(
        key,
        key.name() + " is not set, and destination.auth = " + auth + " needs it",
        "Set " + key.name() + ", or set destination.auth to password.");
  }

  private void checkCollections() {
    if (settings.get(Keys.DESTINATION_AUTH) != Keys.Auth.AUTHORIZATION_IDENTITY) {
      return;
    }
    for (Key<Optional<String>> url :
        List.of(Keys.DESTINATION_CARDDAV_URL, Keys.DESTINATION_CALDAV_URL)) {
      if (settings.get(url).filter(text -> !text.contains("{email}")).isPresent()) {
        add(
            url,
            url.name()
                + " has no {email} in it, and with destination.auth = authorization-identity"
                + " the collections of the administrator would be found",
            "Put {email} where the address of the mailbox goes.");
      }
    }
  }

  private void checkMemory() {
    if (settings.get(Keys.MEMORY_BYTES) < 2 * settings.get(Keys.BATCH_BYTES)) {
      add(
          Keys.MEMORY_BYTES,
          "copy.memory-mib is less than two batches of copy.batch-kib",
          "Raise copy.memory-mib or lower copy.batch-kib.");
    }
  }

  private void checkDelays() {
    if (settings.get(Keys.RETRY_MAXIMUM_DELAY).compareTo(settings.get(Keys.RETRY_DELAY)) < 0) {
      add(
          Keys.RETRY_MAXIMUM_DELAY,
          "retry.maximum-delay-millis is less than retry.delay-millis",
          "Raise retry.maximum-delay-millis or lower retry.delay-millis.");
    }
  }

  private void add(Key<?> key, String cause, String nextStep) {
    found.add(new Contradiction(key, cause, nextStep));
  }
}
