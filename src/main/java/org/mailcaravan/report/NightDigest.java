package org.mailcaravan.report;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import org.mailcaravan.model.status.Digest;
import org.mailcaravan.model.status.Since;
import org.mailcaravan.store.Digests;

/** The night in five minutes: made from the database, and put into words. Thread-safe. */
public final class NightDigest {
  /** What who names no time is told of. */
  public static final String USUAL = "24h";

  private final Digests digests;
  private final TextTemplate plain;
  private final TextTemplate html;
  private final ZoneId zone;
  private final Clock clock;

  /**
   * @param templates the folder with {@code digest.txt.mustache} and {@code digest.html.mustache}
   * @param zone of the times that it tells
   * @throws org.mailcaravan.model.RequestRejected when one is missing or has an error
   */
  public NightDigest(Digests digests, Path templates, ZoneId zone, Clock clock) {
    this.digests = digests;
    this.plain = read(templates, "digest.txt.mustache", TextTemplate.Kind.PLAIN);
    this.html = read(templates, "digest.html.mustache", TextTemplate.Kind.HTML);
    this.zone = zone;
    this.clock = clock;
  }

  private static TextTemplate read(Path folder, String name, TextTemplate.Kind kind) {
    return TextTemplate.read(
        folder.resolve(name), kind, "the digest", "docs/digest.md", DigestValues.example());
  }

  /**
   * What happened since a time.
   *
   * @param since as {@link Since} reads it
   * @throws IllegalArgumentException as it does
   */
  public Digest since(String since) {
    Instant now = clock.instant();
    return digests.of(Since.of(since, now, zone), now);
  }

  /** What happened from one time to another. */
  public Digest between(Instant since, Instant until) {
    return digests.of(since, until);
  }

  /** Whether somebody has to act, in a few words. */
  public String subject(Digest digest) {
    return DigestValues.headline(digest);
  }

  /** As text, with LF. */
  public String plain(Digest digest) {
    return plain.fill(DigestValues.of(digest, zone));
  }

  /** As a page. */
  public String html(Digest digest) {
    return html.fill(DigestValues.of(digest, zone));
  }
}
