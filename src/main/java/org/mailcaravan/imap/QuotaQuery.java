package org.mailcaravan.imap;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** GETQUOTAROOT (RFC 9208 section 4.1.3). */
final class QuotaQuery extends Command {
  private @Nullable Quota tightest;

  QuotaQuery(FolderName folder) {
    super("GETQUOTAROOT " + folder);
  }

  @Override
  boolean wants(String name) {
    return name.equals("QUOTA");
  }

  @Override
  void take(String name, long number, WireReader wire) throws IOException {
    wire.astring();
    wire.spaces();
    List<String> resources = wire.words();
    for (int i = 0; i + 2 < resources.size(); i += 3) {
      Quota quota =
          new Quota(
              Math.max(0, ResponseText.number(resources.get(i + 1))),
              ResponseText.number(resources.get(i + 2)));
      boolean storage = resources.get(i).equalsIgnoreCase("STORAGE") && quota.limitKib() >= 0;
      if (storage && (tightest == null || quota.freeKib() < tightest.freeKib())) {
        tightest = quota;
      }
    }
  }

  Optional<Quota> result() {
    return Optional.ofNullable(tightest);
  }
}
