import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.ubyte;
import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;
import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.ulong;
import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.ushort;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.eclipse.milo.opcua.sdk.core.AccessLevel;
import org.eclipse.milo.opcua.sdk.core.Reference;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.api.DataItem;
import org.eclipse.milo.opcua.sdk.server.api.ManagedNamespaceWithLifecycle;
import org.eclipse.milo.opcua.sdk.server.api.MonitoredItem;
import org.eclipse.milo.opcua.sdk.server.api.config.OpcUaServerConfig;
import org.eclipse.milo.opcua.sdk.server.identity.UsernameIdentityValidator;
import org.eclipse.milo.opcua.sdk.server.nodes.UaFolderNode;
import org.eclipse.milo.opcua.sdk.server.nodes.UaVariableNode;
import org.eclipse.milo.opcua.sdk.server.util.SubscriptionModel;
import org.eclipse.milo.opcua.stack.core.Identifiers;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.security.DefaultCertificateManager;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.transport.TransportProfile;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExtensionObject;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.TimestampsToReturn;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryData;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryReadDetails;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryReadResult;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryReadValueId;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadRawModifiedDetails;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateBuilder;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateGenerator;
import org.eclipse.milo.opcua.stack.server.EndpointConfiguration;
import org.eclipse.milo.opcua.stack.server.security.ServerCertificateValidator;

/**
 * An OPC UA server of another make: PORT CERTIFICATE_FILE ITEMS PERIOD_MS. Serves the plant of the driver's tests, users,
 * history of Temperature, and ITEMS doubles Load.0 … that count up. Prints its endpoint when it serves; `set NAME NUMBER`
 * on standard input is answered by `done`, `stop` ends it.
 */
class MiloPeer {
  static final String APPLICATION = "urn:milo:sluice-peer";

  public static void main(String[] words) throws Exception {
    // The signatures of Aes256_Sha256_RsaPss are named as this provider names them.
    Security.addProvider(new BouncyCastleProvider());
    int port = Integer.parseInt(words[0]);
    KeyPair keys = SelfSignedCertificateGenerator.generateRsaKeyPair(2048);
    X509Certificate certificate =
        new SelfSignedCertificateBuilder(keys)
            .setCommonName("milo-peer")
            .setApplicationUri(APPLICATION)
            .addIpAddress("127.0.0.1")
            .build();
    Files.write(Path.of(words[1]), certificate.getEncoded());
    OpcUaServer server =
        new OpcUaServer(
            OpcUaServerConfig.builder()
                .setApplicationUri(APPLICATION)
                .setProductUri(APPLICATION)
                .setApplicationName(LocalizedText.english("milo-peer"))
                .setEndpoints(endpoints(port, certificate))
                .setCertificateManager(new DefaultCertificateManager(keys, certificate))
                .setCertificateValidator(new TrustsAll())
                .setIdentityValidator(
                    new UsernameIdentityValidator(
                        true,
                        asked ->
                            asked.getUsername().equals("reader")
                                && asked.getPassword().equals("right-password")))
                .build());
    Plant plant = new Plant(server, Integer.parseInt(words[2]), Long.parseLong(words[3]));
    plant.startup();
    server.startup().get();
    System.out.println("opc.tcp://127.0.0.1:" + port + "/milo");
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null && !line.equals("stop"); line = lines.readLine()) {
      String[] said = line.split(" ");
      plant.set(said[1], Double.parseDouble(said[2]));
      // Its times are whole ms, and no two values are to have one time.
      Thread.sleep(2);
      System.out.println("done");
    }
    System.exit(0);
  }

  static Set<EndpointConfiguration> endpoints(int port, X509Certificate certificate) {
    Set<EndpointConfiguration> endpoints = new HashSet<>();
    for (SecurityPolicy policy :
        List.of(
            SecurityPolicy.None,
            SecurityPolicy.Basic256Sha256,
            SecurityPolicy.Aes128_Sha256_RsaOaep,
            SecurityPolicy.Aes256_Sha256_RsaPss)) {
      List<MessageSecurityMode> modes =
          policy == SecurityPolicy.None
              ? List.of(MessageSecurityMode.None)
              : List.of(MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt);
      for (MessageSecurityMode mode : modes) {
        endpoints.add(
            EndpointConfiguration.newBuilder()
                .setBindAddress("127.0.0.1")
                .setBindPort(port)
                .setHostname("127.0.0.1")
                .setPath("/milo")
                .setCertificate(certificate)
                .setTransportProfile(TransportProfile.TCP_UASC_UABINARY)
                .setSecurityPolicy(policy)
                .setSecurityMode(mode)
                .addTokenPolicies(
                    OpcUaServerConfig.USER_TOKEN_POLICY_ANONYMOUS,
                    OpcUaServerConfig.USER_TOKEN_POLICY_USERNAME)
                .build());
      }
    }
    return endpoints;
  }

  /** What is proved is the client. */
  static class TrustsAll implements ServerCertificateValidator {
    @Override
    public void validateCertificateChain(List<X509Certificate> chain) {}

    @Override
    public void validateCertificateChain(List<X509Certificate> chain, String applicationUri) {}
  }

  static class Plant extends ManagedNamespaceWithLifecycle {
    private final SubscriptionModel subscriptions;
    private final Map<String, UaVariableNode> variables = new HashMap<>();
    private final List<DataValue> history = new ArrayList<>();
    private UaFolderNode folder;
    private double counted = 0;

    Plant(OpcUaServer server, int items, long periodMs) {
      super(server, "http://plant.example/");
      subscriptions = new SubscriptionModel(server, this);
      getLifecycleManager().addLifecycle(subscriptions);
      getLifecycleManager().addStartupTask(() -> build(items, periodMs));
    }

    void set(String name, Object value) {
      DateTime now = DateTime.now();
      DataValue told = new DataValue(new Variant(value), StatusCode.GOOD, now, now);
      if (name.equals("Temperature")) {
        synchronized (history) {
          history.add(told);
        }
      }
      variables.get(name).setValue(told);
    }

    private void build(int items, long periodMs) {
      folder = new UaFolderNode(getNodeContext(), newNodeId("Plant"), newQualifiedName("Plant"), LocalizedText.english("Plant"));
      getNodeManager().addNode(folder);
      folder.addReference(
          new Reference(folder.getNodeId(), Identifiers.Organizes, Identifiers.ObjectsFolder.expanded(), false));
      add("Boolean", Identifiers.Boolean, true);
      add("SByte", Identifiers.SByte, (byte) -128);
      add("Byte", Identifiers.Byte, ubyte(255));
      add("Int16", Identifiers.Int16, (short) -32768);
      add("UInt16", Identifiers.UInt16, ushort(65535));
      add("Int32", Identifiers.Int32, Integer.MIN_VALUE);
      add("UInt32", Identifiers.UInt32, uint(4294967295L));
      add("Int64", Identifiers.Int64, -2L);
      add("UInt64", Identifiers.UInt64, ulong(9007199254740993L));
      add("Float", Identifiers.Float, 0.5f);
      add("Double", Identifiers.Double, -273.15);
      add("String", Identifiers.String, "泵站");
      add("DateTime", Identifiers.DateTime, new DateTime(Date.from(Instant.parse("2026-11-21T03:04:05.678Z"))));
      add("Guid", Identifiers.Guid, UUID.fromString("72962B91-FA75-4AE6-8D28-B404DC7DAF63"));
      add("ByteString", Identifiers.ByteString, ByteString.of(new byte[] {0, (byte) 0xff, 0x10}));
      add("LocalizedText", Identifiers.LocalizedText, new LocalizedText("en", "running"));
      add("Array", Identifiers.Double, new Double[] {1.5, 2.5, 3.5});
      add("Temperature", Identifiers.Double, 20.0);
      for (int n = 0; n < items; n++) add("Load." + n, Identifiers.Double, 0.0);
      Executors.newSingleThreadScheduledExecutor()
          .scheduleAtFixedRate(() -> count(items), periodMs, periodMs, TimeUnit.MILLISECONDS);
    }

    private void count(int items) {
      counted += 1;
      for (int n = 0; n < items; n++) set("Load." + n, counted);
    }

    private void add(String name, NodeId type, Object value) {
      UaVariableNode node =
          new UaVariableNode.UaVariableNodeBuilder(getNodeContext())
              .setNodeId(newNodeId("Plant." + name))
              .setBrowseName(newQualifiedName(name))
              .setDisplayName(LocalizedText.english(name))
              .setDataType(type)
              .setValueRank(value instanceof Double[] ? 1 : -1)
              .setTypeDefinition(Identifiers.BaseDataVariableType)
              .setAccessLevel(AccessLevel.toValue(AccessLevel.CurrentRead, AccessLevel.HistoryRead))
              .setUserAccessLevel(AccessLevel.toValue(AccessLevel.CurrentRead, AccessLevel.HistoryRead))
              .build();
      getNodeManager().addNode(node);
      folder.addComponent(node);
      variables.put(name, node);
      set(name, value);
    }

    @Override
    public void historyRead(
        HistoryReadContext context,
        HistoryReadDetails details,
        TimestampsToReturn timestamps,
        List<HistoryReadValueId> asked) {
      ReadRawModifiedDetails raw = (ReadRawModifiedDetails) details;
      List<HistoryReadResult> results = new ArrayList<>();
      for (HistoryReadValueId id : asked) {
        boolean isKept = id.getNodeId().equals(newNodeId("Plant.Temperature"));
        results.add(isKept ? kept(raw) : new HistoryReadResult(new StatusCode(StatusCodes.Bad_HistoryOperationUnsupported), ByteString.NULL_VALUE, null));
      }
      context.success(results);
    }

    private HistoryReadResult kept(ReadRawModifiedDetails raw) {
      long from = raw.getStartTime().getUtcTime();
      long to = raw.getEndTime().getUtcTime();
      List<DataValue> within = new ArrayList<>();
      synchronized (history) {
        for (DataValue value : history) {
          long at = value.getSourceTime().getUtcTime();
          if (at >= from && at <= to) within.add(value);
        }
      }
      HistoryData data = new HistoryData(within.toArray(new DataValue[0]));
      ExtensionObject encoded = ExtensionObject.encode(getServer().getSerializationContext(), data);
      return new HistoryReadResult(StatusCode.GOOD, ByteString.NULL_VALUE, encoded);
    }

    @Override
    public void onDataItemsCreated(List<DataItem> items) {
      subscriptions.onDataItemsCreated(items);
    }

    @Override
    public void onDataItemsModified(List<DataItem> items) {
      subscriptions.onDataItemsModified(items);
    }

    @Override
    public void onDataItemsDeleted(List<DataItem> items) {
      subscriptions.onDataItemsDeleted(items);
    }

    @Override
    public void onMonitoringModeChanged(List<MonitoredItem> items) {
      subscriptions.onMonitoringModeChanged(items);
    }
  }
}
