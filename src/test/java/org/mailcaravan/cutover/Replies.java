package org.mailcaravan.cutover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.mailcaravan.cutover.DnsReply.Found;
import org.mailcaravan.cutover.DnsReply.None;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Answers of servers, as zone files write them. */
final class Replies {
  private Replies() {}

  /** With the data of records, separated by " / "; none when that is empty. */
  static DnsReply of(String name, String type, String data) {
    if (data.isEmpty()) {
      return new None(false, 300);
    }
    try {
      List<Record> records = new ArrayList<>();
      for (String each : data.split(" / ", -1)) {
        records.add(
            Record.fromString(
                Names.of(name), Type.value(type), DClass.IN, 300, each.strip(), Name.root));
      }
      return new Found(records, 300);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With these texts, each one record. */
  static DnsReply texts(String name, String texts) {
    return of(
        name,
        "TXT",
        texts.isEmpty()
            ? ""
            : Arrays.stream(texts.split(" / ", -1))
                .map(text -> "\"" + text.replaceAll("(.{200})", "$1\" \"") + "\"")
                .collect(Collectors.joining(" / ")));
  }
}
