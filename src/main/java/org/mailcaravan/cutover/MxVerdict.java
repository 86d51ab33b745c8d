package org.mailcaravan.cutover;

import java.time.Instant;
import java.util.List;

/** Where the mail of a domain goes, for the life of a migration. */
public sealed interface MxVerdict {
  /** In words for people. */
  String words();

  /**
   * All servers that answered name our MX hosts alone.
   *
   * @param since when that was seen first, without a lapse since
   * @param cachedUntil when the last resolver has forgotten what was there before
   */
  record Ours(Instant since, Instant cachedUntil) implements MxVerdict {
    @Override
    public String words() {
      return "all mail comes to us";
    }
  }

  /**
   * No server names our MX hosts alone.
   *
   * @param hosts that are not ours; empty where there are no MX records
   * @param ttlSeconds how long resolvers may keep that
   */
  record NotYet(List<String> hosts, long ttlSeconds) implements MxVerdict {
    public NotYet {
      hosts = List.copyOf(hosts);
    }

    @Override
    public String words() {
      return hosts.isEmpty()
          ? "the domain has no MX record"
          : "mail still goes to " + String.join(", ", hosts);
    }
  }

  /**
   * Some servers name our MX hosts alone, and others do not (yet).
   *
   * @param others what these say, with their names
   */
  record Disagreeing(List<String> others) implements MxVerdict {
    public Disagreeing {
      others = List.copyOf(others);
    }

    @Override
    public String words() {
      return "not all DNS servers name our MX hosts: " + String.join("; ", others);
    }
  }

  /** Nothing is known, so nothing changes. */
  record Unknown(String why) implements MxVerdict {
    @Override
    public String words() {
      return "where mail goes is not known: " + why;
    }
  }

  /**
   * All mail came to us, and now it does not.
   *
   * @param oursSince when it did first
   * @param since when the lapse was seen first
   * @param hosts that are not ours; empty where there are no MX records
   */
  record GoneBack(Instant oursSince, Instant since, List<String> hosts) implements MxVerdict {
    public GoneBack {
      hosts = List.copyOf(hosts);
    }

    @Override
    public String words() {
      return hosts.isEmpty()
          ? "the MX records of the domain, which were ours, are gone"
          : "mail goes to " + String.join(", ", hosts) + " again";
    }
  }
}
