// One person at a client with Element's own cryptography, driven over JSON lines.
//
// Asked:    {"id": 1, "do": "say", "room": "!…", "body": "…"}
// Answered: {"id": 1, "result": …}  or  {"id": 1, "error": "…"}
// In between comes what happens by itself: {"news": "heard", …}. `tests/e2e/sdk.py` is the other
// end and says what each command means. Ends when its standard input does.

import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";

import "fake-indexeddb/auto";

// Standard output is for answers alone; warnings and errors go to standard error by themselves.
console.log = console.info = console.debug = () => {};

// Node 18, which Debian 12 has, keeps it in a module only.
globalThis.crypto ??= webcrypto;

const sdk = await import("matrix-js-sdk");
const api = await import("matrix-js-sdk/lib/crypto-api/index.js");
const { Checks } = await import("./checks.mjs");
const { describe } = await import("./events.mjs");

const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

let account; // What `login` returned, for who comes back.
let secret; // The key of one's own secret storage, as bytes.
let client;
let signedOnly = true;
const checks = new Checks((state) => tell({ news: "check", ...state }));

const keys = () => client.getCrypto();

const cryptoCallbacks = {
    async getSecretStorageKey(asked) {
        for (const [id, info] of Object.entries(asked.keys)) {
            if (secret && (await client.secretStorage.checkKey(secret, info))) return [id, secret];
        }
        throw new Error("wrong recovery key");
    },
};

// Resolves once `there` is true; it is asked again after every sync and every new list of devices.
async function until(there) {
    const news = [sdk.ClientEvent.Sync, api.CryptoEvent.DevicesUpdated];
    const mine = client;
    while (!(await there())) {
        await new Promise((done) => {
            const wake = () => {
                for (const name of news) mine.off(name, wake);
                done();
            };
            for (const name of news) mine.on(name, wake);
        });
    }
}

// Only whose devices it follows, which it does with people in its encrypted rooms.
const knows = ({ user, device }) =>
    until(async () => (await keys().getUserDeviceInfo([user])).get(user)?.has(device));

async function isIn(room, encrypted) {
    if (client.getRoom(room)?.getMyMembership() !== "join") return false;
    return !encrypted || (await keys().isEncryptionEnabledInRoom(room));
}

function listen() {
    // The answer to a closed client must not be taken for news of the one that followed it.
    const mine = client;
    const heard = async (event) => {
        if (event.isState() || event.status !== null) return;
        const shown = await describe(mine, event);
        if (mine === client) tell({ news: "heard", ...shown });
    };
    mine.on(sdk.RoomEvent.Timeline, (event, _room, toStart) => toStart || heard(event));
    mine.on(sdk.MatrixEventEvent.Decrypted, heard);
    mine.on(sdk.RoomEvent.MyMembership, (room, membership) => {
        const by = room.getMember(mine.getUserId())?.events.member?.getSender() ?? null;
        tell({ news: "membership", room: room.roomId, membership, by });
    });
    mine.on(sdk.ClientEvent.Sync, () => tell({ news: "sync" }));
    mine.on(api.CryptoEvent.DevicesUpdated, () => tell({ news: "devices" }));
    mine.on(api.CryptoEvent.UserTrustStatusChanged, () => tell({ news: "trust" }));
    mine.on(api.CryptoEvent.VerificationRequestReceived, (request) => checks.add(request));
}

function isolate() {
    const mode = signedOnly
        ? new api.OnlySignedDevicesIsolationMode()
        : new api.AllDevicesIsolationMode(false);
    keys().setDeviceIsolationMode(mode);
}

async function start() {
    client = sdk.createClient({
        baseUrl: account.url,
        userId: account.user_id,
        deviceId: account.device_id,
        accessToken: account.access_token,
        cryptoCallbacks,
        verificationMethods: ["m.sas.v1"],
    });
    await client.initRustCrypto();
    isolate();
    listen();
    await client.startClient({ initialSyncLimit: 50 });
    await until(() => client.isInitialSyncComplete());
}

// Servers ask for the password again before they take new keys, or do not.
const byPassword = (password) => async (upload) => {
    try {
        await upload(null);
    } catch (error) {
        if (error.httpStatus !== 401 || !error.data?.session) throw error;
        await upload({
            type: "m.login.password",
            identifier: { type: "m.id.user", user: account.user_id },
            password,
            session: error.data.session,
        });
    }
};

const KINDS = ["Master", "SelfSigning", "UserSigning"];

async function identity() {
    const [master, selfSigning, userSigning] = await Promise.all(
        KINDS.map((name) => keys().getCrossSigningKeyId(api.CrossSigningKey[name])),
    );
    return {
        user_id: account.user_id,
        device_id: account.device_id,
        ...(await keys().getOwnDeviceKeys()),
        master,
        self_signing: selfSigning,
        user_signing: userSigning,
        ready: await keys().isCrossSigningReady(),
    };
}

const deviceStatus = async (user, device) => {
    const status = await keys().getDeviceVerificationStatus(user, device);
    return (
        status && {
            signed_by_owner: status.signedByOwner,
            cross_signed: status.crossSigningVerified,
            verified: status.isVerified(),
        }
    );
};

const commands = {
    async login({ url, user, password, device_name }) {
        const answer = await sdk.createClient({ baseUrl: url }).loginRequest({
            type: "m.login.password",
            identifier: { type: "m.id.user", user },
            password,
            initial_device_display_name: device_name,
        });
        const { user_id, device_id, access_token } = answer;
        account = { url, user_id, device_id, access_token };
        return { user_id, device_id };
    },
    start,
    async restart({ url }) {
        client.stopClient();
        account.url = url ?? account.url;
        checks.clear();
        await start();
    },
    isolate({ signed_only }) {
        signedOnly = signed_only;
        isolate();
    },

    identity,
    async bootstrap({ password, reset }) {
        await keys().bootstrapCrossSigning({
            setupNewCrossSigning: reset,
            authUploadDeviceSigningKeys: byPassword(password),
        });
        return identity();
    },
    async store() {
        const made = await keys().createRecoveryKeyFromPassphrase();
        secret = made.privateKey;
        await keys().bootstrapSecretStorage({
            setupNewSecretStorage: true,
            createSecretStorageKey: async () => made,
        });
        return made.encodedPrivateKey;
    },
    async restore({ recovery_key }) {
        secret = api.decodeRecoveryKey(recovery_key);
        await keys().userHasCrossSigningKeys(account.user_id, true);
        const { privateKeysInSecretStorage } = await keys().getCrossSigningStatus();
        // Else the next call would make a new identity, which is not what was asked for.
        if (!privateKeysInSecretStorage) throw new Error("no secrets are stored");
        await keys().bootstrapCrossSigning({});
        return identity();
    },

    async create({ options, encrypted }) {
        const { room_id } = await client.createRoom(options);
        await until(() => isIn(room_id, encrypted));
        return room_id;
    },
    async join({ room, encrypted }) {
        await client.joinRoom(room);
        await until(() => isIn(room, encrypted));
    },
    sees: ({ room, users }) =>
        until(() =>
            users.every((user) => client.getRoom(room)?.getMember(user)?.membership === "join"),
        ),
    async say({ room, content }) {
        // A room that the client does not know yet would get it in the clear.
        if (!client.getRoom(room)) throw new Error("this client does not know the room");
        return (await client.sendMessage(room, content)).event_id;
    },
    async look({ room, event }) {
        await until(() => client.getRoom(room)?.findEventById(event));
        return describe(client, client.getRoom(room).findEventById(event));
    },
    rotate: ({ room }) => keys().forceDiscardSession(room),
    raw: ({ method, path, body }) => client.http.authedRequest(method, path, undefined, body),

    async devices({ user }) {
        const devices = (await keys().getUserDeviceInfo([user], true)).get(user) ?? new Map();
        const found = {};
        for (const id of devices.keys()) found[id] = await deviceStatus(user, id);
        return found;
    },
    async user({ user }) {
        const has = await keys().userHasCrossSigningKeys(user, true);
        const status = await keys().getUserVerificationStatus(user);
        return {
            has_identity: has,
            verified: status.isCrossSigningVerified(),
            was_verified: status.wasCrossSigningVerified(),
            needs_approval: status.needsUserApproval,
        };
    },
    approve: ({ user }) => keys().pinCurrentUserIdentity(user),
    withdraw: ({ user }) => keys().withdrawVerificationRequirement(user),

    knows,
    async check_device({ user, device }) {
        await knows({ user, device });
        return checks.add(await keys().requestDeviceVerification(user, device));
    },
    check_room: async ({ user, room }) =>
        checks.add(await keys().requestVerificationDM(user, room)),
    check_own: async () => checks.add(await keys().requestOwnUserVerification()),
    check_accept: ({ check }) => checks.accept(check),
    check_begin: ({ check }) => checks.begin(check),
    check_match: ({ check }) => checks.match(check),
    check_differ: ({ check }) => checks.differ(check),
    check_cancel: ({ check }) => checks.cancel(check),
};

async function obey({ id, do: name, ...rest }) {
    try {
        if (!Object.hasOwn(commands, name)) throw new Error(`no such command: ${name}`);
        tell({ id, result: (await commands[name](rest)) ?? null });
    } catch (error) {
        tell({ id, error: String(error?.message ?? error) });
    }
}

// What fails in the background of the SDK is for the reader of the log; commands answer for theirs.
process.on("unhandledRejection", (reason) => console.error(reason));
createInterface({ input: process.stdin })
    .on("line", (line) => obey(JSON.parse(line)))
    .on("close", () => process.exit(0));
tell({ news: "up" });
