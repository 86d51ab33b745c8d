package org.mailcaravan.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Server;

/**
 * All of application.properties, checked and with defaults filled in. All paths are absolute.
 * Immutable. Made by {@link SettingsFile}.
 *
 * @param home what relative paths count from
 * @param resyncCron when the second pass runs, a Quartz cron expression
 * @param dataFolder where the database, reports and messages set aside lie
 * @param shutdownTimeout how long a stop waits for batches in flight
 * @param routesFolder where the *.camel.yaml files lie
 * @param properties every property by its name as the routes see it, defaults included, paths
 *     absolute, without those that hold a password. Keys that begin with {@code camel.} or {@code
 *     route.} are among them
 */
public record Settings(
    Path home,
    Drop drop,
    Attachments attachments,
    Source source,
    Destination destination,
    Connections connections,
    Copying copying,
    Groupware groupware,
    Certificates certificates,
    Retry retry,
    String resyncCron,
    Path dataFolder,
    DatabaseAccess database,
    Secrets secrets,
    Duration shutdownTimeout,
    Path routesFolder,
    Map<String, String> properties) {
  public Settings {
    properties = Map.copyOf(properties);
  }

  /**
   * Where requests are dropped.
   *
   * @param poll how often it is looked at
   */
  public record Drop(Path folder, Duration poll) {}

  /**
   * Contacts and calendars that come with a request.
   *
   * @param allowedFolders absolute paths in a request must lie under one of these
   */
  public record Attachments(List<Path> allowedFolders) {
    public Attachments {
      allowedFolders = List.copyOf(allowedFolders);
    }
  }

  /**
   * Exceptions to the rules for strangers' servers; hosts as {@link
   * org.mailcaravan.model.HostNames#normal} writes them.
   *
   * @param allowedHosts may have loopback, private and link-local addresses
   * @param insecureHosts may be spoken to without TLS
   */
  public record Source(Set<String> allowedHosts, Set<String> insecureHosts) {
    public Source {
      allowedHosts = Set.copyOf(allowedHosts);
      insecureHosts = Set.copyOf(insecureHosts);
    }
  }

  /**
   * Our own servers.
   *
   * @param cardDavUrl an http or https URL, with {email} in it or to discover from, or null when
   *     contacts are not imported
   * @param calDavUrl the same for calendars
   */
  public record Destination(
      Server server,
      DestinationAuth auth,
      @Nullable String cardDavUrl,
      @Nullable String calDavUrl) {}

  /**
   * For connections to both sides.
   *
   * @param connectTimeout for connecting as a whole, up to the login
   * @param readTimeout how long a server may be silent
   * @param longestWait how long a server that is not silent may keep us waiting without a result
   * @param extraCaFile certificates (PEM) to trust beside the JDK's own, or null
   */
  public record Connections(
      Duration connectTimeout,
      Duration readTimeout,
      Duration longestWait,
      @Nullable Path extraCaFile) {}

  /**
   * How much is done at once.
   *
   * @param mailboxesAtOnce mailboxes copied at the same time
   * @param lanes folders of one mailbox copied side by side
   * @param connections connections to either server that these share
   * @param compression whether connections over a slow link are compressed, where that helps
   * @param batchMessages most messages in a batch
   * @param batchBytes most octets in a batch, unless one message alone is larger
   * @param memoryBytes octets of messages in memory, all mailboxes together; at least twice {@code
   *     batchBytes}
   * @param spoolBytes octets of messages in files while they are under way, all mailboxes together
   * @param setAsideBytes octets of one mailbox that are kept set aside
   * @param mirrorDeletions whether first passes remove copies of what was deleted at the source
   */
  public record Copying(
      int mailboxesAtOnce,
      int lanes,
      int connections,
      boolean compression,
      int batchMessages,
      long batchBytes,
      long memoryBytes,
      long spoolBytes,
      long setAsideBytes,
      boolean mirrorDeletions) {}

  /**
   * How contacts and calendars are sent.
   *
   * @param requestsInFlight cards or events of a mailbox that are sent at once
   * @param redirectHosts hosts to which a server may send us on, with all below them
   * @param schedulingHosts hosts that are given events although they mail attendees
   */
  public record Groupware(
      int requestsInFlight, Set<String> redirectHosts, Set<String> schedulingHosts) {
    public Groupware {
      redirectHosts = Set.copyOf(redirectHosts);
      schedulingHosts = Set.copyOf(schedulingHosts);
    }
  }

  /**
   * The page that customers get.
   *
   * @param template a Mustache template
   * @param issuer whose certificates they are, or an empty text
   * @param contact whom to ask about one, or an empty text
   */
  public record Certificates(Path template, String issuer, String contact) {}

  /**
   * What happens after a lost connection.
   *
   * @param attempts how often a mailbox is tried again; 0 is never
   * @param delay before the first, doubled before each next one
   * @param maximumDelay what the delay grows to
   * @param obeyWaits whether an account is left alone as long as its server asks for
   */
  public record Retry(int attempts, Duration delay, Duration maximumDelay, boolean obeyWaits) {}

  /**
   * The database.
   *
   * @param url a JDBC URL of PostgreSQL or H2, or null for the embedded one in the data folder
   */
  public record DatabaseAccess(@Nullable String url, String username, Secret password) {}

  /**
   * Credentials of mailboxes.
   *
   * @param keyFile the key that seals them
   * @param keep how long they are kept after they came
   */
  public record Secrets(Path keyFile, Duration keep) {}
}
