package org.mailcaravan.settings;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.model.Secret;

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
    search.checkMail();
    search.checkOperators();
    search.checkCreateMailbox();
    search.checkTell();
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

  private void checkMail() {
    if (settings.get(Keys.MAIL_HOST).isEmpty()) {
      return;
    }
    need(Keys.MAIL_USERNAME, settings.get(Keys.MAIL_USERNAME).isEmpty(), "mail.host");
    need(Keys.MAIL_PASSWORD, settings.get(Keys.MAIL_PASSWORD).isEmpty(), "mail.host");
    need(Keys.MAIL_FROM, settings.get(Keys.MAIL_FROM).isEmpty(), "mail.host");
    need(Keys.SMTP_HOST, settings.get(Keys.SMTP_HOST).isEmpty(), "mail.host");
    boolean moves = settings.get(Keys.MAIL_AFTER) == Keys.AfterMail.MOVE;
    need(
        Keys.MAIL_TAKEN_FOLDER,
        moves && settings.get(Keys.MAIL_TAKEN_FOLDER).isEmpty(),
        "mail.after = move");
    boolean isPop3 = settings.get(Keys.MAIL_PROTOCOL) == Keys.MailProtocol.POP3;
    if (isPop3 && (moves || !settings.get(Keys.MAIL_UNCLEAR_FOLDER).isEmpty())) {
      add(
          Keys.MAIL_PROTOCOL,
          "mail.protocol = pop3 knows no folders, and mails are to be moved",
          "Set mail.protocol to imap, or mail.after to delete and leave mail.unclear-folder empty.");
    }
    if (settings.get(Keys.MAIL_ALLOWED_SENDERS).isEmpty()
        && settings.get(Keys.MAIL_AUTHSERV_ID).isEmpty()) {
      add(
          Keys.MAIL_ALLOWED_SENDERS,
          "neither mail.allowed-senders nor mail.authserv-id is set, so that nobody may send requests by mail",
          "Set one of them.");
    }
  }

  private void checkOperators() {
    if (!settings.get(Keys.OPERATORS_MAIL).isEmpty()) {
      need(Keys.SMTP_HOST, settings.get(Keys.SMTP_HOST).isEmpty(), "operators.mail");
      need(Keys.MAIL_FROM, settings.get(Keys.MAIL_FROM).isEmpty(), "operators.mail");
    }
  }

  private void checkCreateMailbox() {
    if (!settings.get(Keys.CREATE_MAILBOX)) {
      return;
    }
    if (settings.get(Keys.CREATE_MAILBOX_URL).isEmpty()) {
      add(
          Keys.CREATE_MAILBOX_URL,
          "create-mailbox.url is not set, and create-mailbox.enabled needs it",
          "Set create-mailbox.url, or create-mailbox.enabled to false.");
    }
    if (settings.get(Keys.MISSING_RETRY_IN_ALL).isZero()) {
      add(
          Keys.MISSING_RETRY_IN_ALL,
          "mailbox.missing-retry-hours = 0, so that no mailbox waits to be created",
          "Set it to at least 1, or create-mailbox.enabled to false.");
    }
  }

  private void checkTell() {
    checkTell(Keys.TELL_WEBHOOK_URL, Keys.TELL_WEBHOOK_SECRET);
    checkTell(Keys.TELL_WHMCS_URL, Keys.TELL_WHMCS_SECRET);
    checkTell(Keys.TELL_ZAMMAD_URL, Keys.TELL_ZAMMAD_TOKEN);
    checkTell(Keys.TELL_ZENDESK_URL, Keys.TELL_ZENDESK_TOKEN);
    checkTell(Keys.TELL_FRESHDESK_URL, Keys.TELL_FRESHDESK_KEY);
    if (settings.get(Keys.TELL_WHMCS_URL).isPresent()) {
      need(
          Keys.TELL_WHMCS_IDENTIFIER,
          settings.get(Keys.TELL_WHMCS_IDENTIFIER).isEmpty(),
          Keys.TELL_WHMCS_URL.name());
      need(
          Keys.TELL_WHMCS_ADMIN,
          settings.get(Keys.TELL_WHMCS_ADMIN).isEmpty(),
          Keys.TELL_WHMCS_URL.name());
    }
    if (settings.get(Keys.TELL_ZENDESK_URL).isPresent()) {
      need(
          Keys.TELL_ZENDESK_USERNAME,
          settings.get(Keys.TELL_ZENDESK_USERNAME).isEmpty(),
          Keys.TELL_ZENDESK_URL.name());
    }
  }

  private void checkTell(Key<Optional<URI>> url, Key<Secret> secret) {
    if (settings.get(url).isPresent()) {
      need(secret, settings.get(secret).isEmpty(), url.name());
    }
  }

  private void need(Key<?> key, boolean isMissing, String by) {
    if (isMissing) {
      add(
          key,
          key.name() + " is not set, and " + by + " needs it",
          "Set " + key.name() + ", or leave " + by.replaceFirst(" =.*", "") + " empty.");
    }
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
