#!/bin/sh
# Installs one npm agent into the packages store. Runs in an installer box that sees nothing else.
# Whole or not at all: it installs beside the target and renames. Two at once install once.
# Usage: install.sh FOLDER BIN NODE PACKAGE@VERSION     (NODE: a major version, or empty)
set -eu
folder=$1 bin=$2 node=$3 spec=$4
store=/opt/construct/packages
export HOME=/tmp/home npm_config_cache=/tmp/npm-cache npm_config_fund=false npm_config_audit=false
export npm_config_update_notifier=false npm_config_progress=false
mkdir -p "$HOME"

exec 9>"$store/.lock"
flock --exclusive 9
if [ -e "$store/$folder/bin/$bin" ]; then
  echo "$folder is installed already"
  exit 0
fi
# A killed installer leaves its half; the lock says that nobody works on it now.
rm -rf "$store"/.new-*
new=$store/.new-$$
mkdir -p "$new/bin"
cd "$new"
printf '{"private":true}\n' >package.json
if [ -n "$node" ]; then
  echo "installing node@$node"
  npm install --no-save "node@$node"
  ln -s ../node_modules/node/bin/node bin/node
  PATH=$new/bin:$PATH
fi
echo "installing $spec"
npm install --no-save ${node:+"node@$node"} "$spec"
[ -e "node_modules/.bin/$bin" ] || { echo "$spec has no program named $bin" >&2; exit 1; }
ln -s "../node_modules/.bin/$bin" "bin/$bin"
rm -rf "${store:?}/$folder"
mv "$new" "$store/$folder"
