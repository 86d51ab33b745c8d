package org.mailcaravan.passes;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.HostFailure;
import org.mailcaravan.model.Server;
import org.mailcaravan.store.Hosts;
import org.mailcaravan.sync.session.HostReports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Records how source servers behave, for those who claim passes. A pass goes on when that cannot be
 * recorded. Thread-safe.
 */
public final class SourceHosts implements HostReports {
  private static final Logger LOG = LoggerFactory.getLogger(SourceHosts.class);

  private final Hosts hosts;

  public SourceHosts(Hosts hosts) {
    this.hosts = hosts;
  }

  @Override
  public void answered(Server source) {
    record(source, () -> hosts.answered(Hosts.name(source)));
  }

  @Override
  public void failed(Server source, HostFailure kind, @Nullable Duration told, String words) {
    record(source, () -> hosts.failed(Hosts.name(source), kind, told, words));
  }

  private static void record(Server source, Runnable report) {
    try {
      report.run();
    } catch (DataAccessException e) {
      LOG.warn("how {} behaves cannot be recorded: {}", source, e.getMessage());
    }
  }
}
