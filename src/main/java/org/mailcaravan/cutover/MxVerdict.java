package org.mailcaravan.cutover;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.mailcaravan.model.DomainVerdict;

/** Where the mail of a domain goes, for the life of a migration. */
public sealed interface MxVerdict {
  /** How many hosts or servers are named; a zone may have any number of them. */
  int MOST_NAMED = 6;

  /** Which of the five it is. */
  DomainVerdict kind();

  /** In words for people. */
  String words();

  private static String joined(String between, List<String> all) {
    String named = all.stream().limit(MOST_NAMED).collect(Collectors.joining(between));
    return all.size() <= MOST_NAMED ? named : named + " and " + (all.size() - MOST_NAMED) + " more";
  }

  /**
   * All servers that answered name our MX hosts alone.
   *
   * @param since when that was seen first, without a lapse since
   * @param cachedUntil when the last resolver has forgotten what was there before
   */
  record Ours(Instant since, Instant cachedUntil) implements MxVerdict {
    @Override
    public DomainVerdict kind() {
      return DomainVerdict.OURS;
    }

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
    public DomainVerdict kind() {
      return DomainVerdict.NOT_YET;
    }

    @Override
    public String words() {
      return hosts.isEmpty()
          ? "the domain has no MX record"
          : "mail still goes to " + joined(", ", hosts);
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
    public DomainVerdict kind() {
      return DomainVerdict.DISAGREEING;
    }

    @Override
    public String words() {
      return "not all DNS servers name our MX hosts: " + joined("; ", others);
    }
  }

  /** Nothing is known, so nothing changes. */
  record Unknown(String why) implements MxVerdict {
    @Override
    public DomainVerdict kind() {
      return DomainVerdict.UNKNOWN;
    }

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
    public DomainVerdict kind() {
      return DomainVerdict.GONE_BACK;
    }

    @Override
    public String words() {
      return hosts.isEmpty()
          ? "the MX records of the domain, which were ours, are gone"
          : "mail goes to " + joined(", ", hosts) + " again";
    }
  }
}
