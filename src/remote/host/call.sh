verb=${1:-}
cluster='' token='' owner='' takeover='' tx='' timer=120 stage='' finish='' plan='' version='' previous='' back='' modules='' sysctls='' keepalived='' drain=30 address='' port='' protocol='' clients='' service='' destination='' ways='' looks='' count=1 uid=''
# sudo takes SSH_CONNECTION out of the environment, so the login shell hands it on.
ssh_connection=${2:-}
while IFS=' ' read -r word value; do
  case $word in
  cluster) valid_name "$value" && cluster=$value ;;
  token) valid_name "$value" && token=$value ;;
  owner) valid_owner "$value" && owner=$value ;;
  takeover) valid_owner "$value" && takeover=$value ;;
  tx) valid_name "$value" && tx=$value ;;
  timer) valid_number "$value" && timer=$value ;;
  stage) valid_name "$value" && stage=$value ;;
  finish) finish=yes ;;
  plan) valid_name "$value" && plan=$value ;;
  version) valid_name "$value" && version=$value ;;
  previous) previous=yes ;;
  back) back=yes ;;
  module) valid_name "$value" && modules="$modules $value" ;;
  sysctl) valid_sysctl "$value" && sysctls="$sysctls $value" ;;
  way) valid_address "$value" && ways="$ways $value" ;;
  keepalived) keepalived=yes ;;
  look) valid_look "$value" && looks="$looks $value" ;;
  drain) valid_number "$value" && drain=$value ;;
  address) address=$value ;;
  port) port=$value ;;
  protocol) protocol=$value ;;
  count) valid_number "$value" && count=$value ;;
  client) clients="$clients $value" ;;
  service) service=$value ;;
  destination) destination=$value ;;
  --) break ;;
  *) refuse "bad word: $word" ;;
  esac
done
[ -n "$cluster" ] || refuse 'no cluster is named'
home=$STATE_DIR/$cluster
own_table=lvs-designer-$cluster
use_transaction "$tx"

case $verb in
probe) probe ;;
begin)
  [ -n "$token" ] || refuse 'no token'
  take_lock || exit $?
  settle
  probe
  ;;
prepare | apply | extend | confirm | revert)
  case $tx:$token in :* | *:) refuse 'no transaction is named' ;; esac
  "$verb"
  ;;
deadman) deadman ;;
boot) boot ;;
end) give_lock_back ;;
connect) connect ;;
remaining) remaining ;;
sessions) sessions ;;
*) refuse "bad verb: $verb" ;;
esac
