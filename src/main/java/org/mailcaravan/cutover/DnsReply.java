package org.mailcaravan.cutover;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.mailcaravan.model.VisibleText;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** What one server answered to one question. TTLs are in seconds. */
sealed interface DnsReply {
  /** What was said, in one form for the same content; words of strangers are fit to be shown. */
  String words();

  /**
   * How long a resolver may keep it, or a part of it: the longest TTL of the records and of the
   * aliases that led to them.
   */
  long ttl();

  /** The same, where an alias that led to it may be kept so long. */
  default DnsReply behindAlias(long aliasTtl) {
    long longer = Math.max(ttl(), aliasTtl);
    if (this instanceof Found found) {
      return new Found(found.records(), longer);
    }
    if (this instanceof None none) {
      return new None(none.noSuchName(), longer);
    }
    return this instanceof Alias alias ? new Alias(alias.target(), longer) : this;
  }

  /** There are records. */
  record Found(List<Record> records, long ttl) implements DnsReply {
    public Found {
      records = List.copyOf(records);
    }

    /** Those of one kind; a hostile server may send others. */
    <T> List<T> of(Class<T> kind) {
      return records.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Override
    public String words() {
      return records.stream()
          .map(Found::shown)
          .sorted()
          .distinct()
          .collect(Collectors.joining(", "));
    }

    /** Names in one spelling, without the dot at the end where that is no root. */
    private static String shown(Record record) {
      if (record instanceof MXRecord mx) {
        return mx.getPriority() + " " + host(mx.getTarget());
      }
      if (record instanceof CNAMERecord alias) {
        return host(alias.getTarget());
      }
      String text = record.rdataToString();
      boolean isText = text.startsWith("\"");
      return VisibleText.of(isText ? text : text.toLowerCase(Locale.ROOT));
    }
  }

  /**
   * There are none.
   *
   * @param noSuchName whether the whole name does not exist (NXDOMAIN)
   * @param ttl of RFC 2308; 0 where the server did not say
   */
  record None(boolean noSuchName, long ttl) implements DnsReply {
    @Override
    public String words() {
      return noSuchName ? "no such name (NXDOMAIN)" : "no such record";
    }
  }

  /** The name stands for another, about which this server says nothing. */
  record Alias(Name target, long ttl) implements DnsReply {
    @Override
    public String words() {
      return "alias (CNAME) of " + host(target);
    }
  }

  /** Servers of a zone below know the answer. */
  record Referral(Name zone) implements DnsReply {
    @Override
    public String words() {
      return "ask the servers of " + host(zone);
    }

    @Override
    public long ttl() {
      return 0;
    }
  }

  /**
   * No usable answer.
   *
   * @param silent whether nothing came at all, so that it is of no use to ask for more
   */
  record Failed(String words, boolean silent) implements DnsReply {
    @Override
    public long ttl() {
      return 0;
    }
  }

  /** Whether the server knew. */
  default boolean isAnswer() {
    return this instanceof Found || this instanceof None || this instanceof Alias;
  }

  /** What the name is an alias of, as a CNAME record says; empty where there is none. */
  static String aliasOf(DnsReply reply) {
    return reply instanceof Found found
        ? found.of(CNAMERecord.class).stream()
            .map(record -> host(record.getTarget()))
            .findFirst()
            .orElse("")
        : "";
  }

  /** A name as it is shown and compared: lower case, no dot at the end but that of the root. */
  static String host(Name name) {
    return VisibleText.of(name.toString(!name.equals(Name.root)).toLowerCase(Locale.ROOT));
  }
}
