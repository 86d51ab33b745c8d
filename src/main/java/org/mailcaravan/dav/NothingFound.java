package org.mailcaravan.dav;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.mailcaravan.model.NeedsAttention;

/** Why no collections were found: what the server answered at each place that was asked. */
final class NothingFound {
  private final DavClient client;
  private final Groupware kind;
  private final List<DavLook> looks = new ArrayList<>();

  NothingFound(DavClient client, Groupware kind) {
    this.client = client;
    this.kind = kind;
  }

  void add(DavLook look) {
    looks.add(look);
  }

  /** The problem, for whom the most telling answer names. */
  NeedsAttention at(URI base) {
    String told =
        looks.stream()
            .map(look -> client.place(look.answer().uri()) + " answers: " + words(look))
            .distinct()
            .collect(Collectors.joining("; "));
    Refusal refusal =
        looks.stream().map(this::refusal).max(Comparator.naturalOrder()).orElse(Refusal.NO_DAV);
    return client.refused(
        base, "no %s server was found (%s)".formatted(kind.protocol(), told), refusal);
  }

  private Refusal refusal(DavLook look) {
    return look.unreadable() == null ? client.refusal(look.status()) : Refusal.FAULT;
  }

  private String words(DavLook look) {
    if (look.unreadable() != null) {
      return look.answer().status() + ", but " + look.unreadable();
    }
    return look.response() == null
        ? look.answer().words()
        : "%d, without any %s of this account".formatted(look.status(), kind.collection());
  }
}
