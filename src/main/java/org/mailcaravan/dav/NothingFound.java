package org.mailcaravan.dav;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.mailcaravan.model.NeedsAttention;

/** Why discovery found no collections: the server's answer at each URL that was tried. */
final class NothingFound {
  private final DavClient client;
  private final Groupware kind;
  private final List<PropfindResult> results = new ArrayList<>();

  NothingFound(DavClient client, Groupware kind) {
    this.client = client;
    this.kind = kind;
  }

  void add(PropfindResult result) {
    results.add(result);
  }

  /** The problem; the most specific answer decides who can fix it. */
  NeedsAttention at(URI base) {
    String told =
        results.stream()
            .map(result -> client.place(result.answer().uri()) + " answers: " + words(result))
            .distinct()
            .collect(Collectors.joining("; "));
    Refusal refusal =
        results.stream().map(this::refusal).max(Comparator.naturalOrder()).orElse(Refusal.NO_DAV);
    return client.refused(
        base, "no %s server was found (%s)".formatted(kind.protocol(), told), refusal);
  }

  private Refusal refusal(PropfindResult result) {
    return result.unreadable() == null ? client.refusal(result.status()) : Refusal.FAULT;
  }

  private String words(PropfindResult result) {
    if (result.unreadable() != null) {
      return result.answer().status() + ", but " + result.unreadable();
    }
    return result.response() == null
        ? result.answer().words()
        : "%d, without any %s of this account".formatted(result.status(), kind.collection());
  }
}
