# What ./run and ./test need on the machine. Sourced; $root is the repository, $me the script's name.
fail() { echo "$me: $*" >&2; exit 1; }

command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: https://dotnet.microsoft.com/download/dotnet/10.0"
dotnet --list-sdks | grep -q '^10\.' || fail "the .NET 10 SDK is missing (found: $(dotnet --list-sdks | cut -d' ' -f1 | paste -sd' ' -)): https://dotnet.microsoft.com/download/dotnet/10.0"
node="$(node --version 2>/dev/null || true)"
[[ "$node" =~ ^v([0-9]+)\. && "${BASH_REMATCH[1]}" -ge 20 ]] || fail "Node 20 or newer is missing (found: ${node:-none}): https://nodejs.org/"
command -v npm >/dev/null || fail "npm, which comes with Node, is missing: https://nodejs.org/"
free="$(df -Pm "$root" | awk 'NR == 2 { print $4 }')"
[ "$free" -ge 1024 ] || fail "only $free MB are free on the disk of $root; it needs 1024 MB to build and start"
# What the SDK would do or say at its own first run, which is none of the portal's business.
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_SKIP_WORKLOAD_INTEGRITY_CHECK=1
