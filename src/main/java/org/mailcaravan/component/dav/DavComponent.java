package org.mailcaravan.component.dav;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.dav.DavAccounts;
import org.mailcaravan.dav.GroupwareImport;
import org.mailcaravan.dav.ImportSink;
import org.mailcaravan.dav.ProviderImport;

/** Creates the {@code dav:} endpoints and holds the objects they share. */
@Component("dav")
public class DavComponent extends DefaultComponent {
  @Metadata(autowired = true)
  private @Nullable GroupwareImport groupwareImport;

  @Metadata(autowired = true)
  private @Nullable ProviderImport providerImport;

  @Metadata(autowired = true)
  private @Nullable DavAccounts accounts;

  @Metadata(autowired = true)
  private @Nullable ImportSink sink;

  /** For Camel, which sets the options or finds the one bean of each type. */
  public DavComponent() {}

  /** With all objects that the endpoints need. */
  public DavComponent(
      GroupwareImport groupwareImport,
      ProviderImport providerImport,
      DavAccounts accounts,
      ImportSink sink) {
    this.groupwareImport = groupwareImport;
    this.providerImport = providerImport;
    this.accounts = accounts;
    this.sink = sink;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    DavEndpoint endpoint = new DavEndpoint(uri, this, DavOperation.of(remaining));
    setProperties(endpoint, parameters);
    return endpoint;
  }

  public @Nullable GroupwareImport getGroupwareImport() {
    return groupwareImport;
  }

  /** Puts the files on the server. */
  public void setGroupwareImport(GroupwareImport groupwareImport) {
    this.groupwareImport = groupwareImport;
  }

  public @Nullable ProviderImport getProviderImport() {
    return providerImport;
  }

  /** Fetches from the old provider's server. */
  public void setProviderImport(ProviderImport providerImport) {
    this.providerImport = providerImport;
  }

  public @Nullable DavAccounts getAccounts() {
    return accounts;
  }

  /** Knows the account of each mailbox. */
  public void setAccounts(DavAccounts accounts) {
    this.accounts = accounts;
  }

  public @Nullable ImportSink getSink() {
    return sink;
  }

  /** Receives what became of each file. */
  public void setSink(ImportSink sink) {
    this.sink = sink;
  }

  GroupwareImport requireGroupwareImport() {
    return required(groupwareImport, "groupwareImport");
  }

  ProviderImport requireProviderImport() {
    return required(providerImport, "providerImport");
  }

  DavAccounts requireAccounts() {
    return required(accounts, "accounts");
  }

  ImportSink requireSink() {
    return required(sink, "sink");
  }

  private static <T> T required(@Nullable T collaborator, String option) {
    if (collaborator == null) {
      throw new IllegalStateException("the component dav: has no " + option);
    }
    return collaborator;
  }
}
